package linux

var AMD64 = &kernel.SyscallTable{
	Arch: arch.AMD64,
	Table: map[uintptr]kernel.Syscall{
		0: syscalls.SupportedPoint("read", Read, PointRead),
		1: syscalls.PartiallySupported(
			"write",
			Write,
			"Only, " +
				`"sometimes".`,
			nil,
		),
		7:  syscalls.CapError("reboot", linux.CAP_SYS_BOOT, "", nil),
		9:  syscalls.Error("mmap", linuxerr.EACCES, "Not for users.", nil),
		11: syscalls.Supported("sandbox_only", SandboxOnly),
	},
	Missing: func(t *kernel.Task, sysno uintptr, args arch.SyscallArguments) (uintptr, error) {
		t.Kernel().EmitUnimplementedEvent(t, sysno)
		return 0, linuxerr.ENOSYS
	},
}

var ARM64 = &kernel.SyscallTable{
	Arch: arch.ARM64,
	Table: map[uintptr]kernel.Syscall{
		63: syscalls.Supported("read", Read),
		64: syscalls.Supported("write", Write),
	},
	Missing: func(t *kernel.Task, sysno uintptr, args arch.SyscallArguments) (uintptr, error) {
		t.Kernel().EmitUnimplementedEvent(t, sysno)
		return 0, linuxerr.ENOSYS
	},
}

func init() {
	kernel.RegisterSyscallTable(AMD64)
	kernel.RegisterSyscallTable(ARM64)
}
