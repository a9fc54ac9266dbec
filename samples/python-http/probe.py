"""Health check: 0 when the server answers with at least one process id."""
import sys
import urllib.request

try:
    with urllib.request.urlopen("http://127.0.0.1:8080/", timeout=2) as response:
        sys.exit(0 if response.read().strip() else 1)
except OSError:
    sys.exit(1)
