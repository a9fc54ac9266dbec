package nvproxy

func Register() error {
	switch version {
	case "525.60.13", "525.105.17":
		log.Infof("Nvidia driver version: %s", version)
	default:
		return fmt.Errorf("unsupported")
	}
	return nil
}
