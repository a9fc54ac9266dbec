package linux

var AMD64 = &kernel.SyscallTable{
	OS:   abi.Linux,
	Arch: arch.AMD64,
	Version: kernel.Version{
		Sysname: "Linux",
	},
	Table: map[uintptr]kernel.SyscallFn{
		0: Read,
		// 1: Write, not yet
		5: syscalls.ErrorWithEvent(syscall.ENOTSUP), // with a comment
		7: syscalls.CapError(linux.CAP_SYS_BOOT),
	},
	Emulate: map[usermem.Addr]uintptr{
		0xffffffffff600000: 96,
	},
	Missing: func(t *kernel.Task, sysno uintptr, args arch.SyscallArguments) (uintptr, error) {
		t.Kernel().EmitUnimplementedEvent(t)
		return 0, syserror.ENOSYS
	},
}
