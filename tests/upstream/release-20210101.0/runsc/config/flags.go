package config

func RegisterFlags() {
	flag.Bool("vfs2", false, "enables VFSv2.")
}
