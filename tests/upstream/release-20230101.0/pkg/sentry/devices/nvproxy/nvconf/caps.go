package nvconf

func (c DriverCaps) individualString() string {
	switch c {
	case CapCompute:
		return "compute"
	case CapUtility:
		return "utility"
	case CapGraphics:
		return "graphics"
	}
}
