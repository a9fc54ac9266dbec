package nvproxy

const (
	// Shorthand.
	compUtil = nvconf.CapCompute | nvconf.CapUtility
)
