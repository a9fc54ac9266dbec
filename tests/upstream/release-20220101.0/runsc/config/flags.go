package config

func RegisterFlags(flagSet *flag.FlagSet) {
	flagSet.Bool("vfs2", true, "enables VFSv2.")
}
