package nvproxy
