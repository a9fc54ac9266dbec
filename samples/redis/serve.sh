#!/bin/sh
# A Redis server under load. The server becomes the container's init, so that SIGTERM reaches it;
# the benchmark starts as soon as the server answers.
(
    until redis-cli ping; do sleep 0.1; done
    redis-benchmark -q -n 20000 -c 20
) >/dev/null 2>&1 &
exec redis-server --save '' --appendonly no
