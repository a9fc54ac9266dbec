// +build amd64

package linux

var AMD64 = &kernel.SyscallTable{
	Arch: arch.AMD64,
	Table: map[uintptr]kernel.Syscall{
		0: syscalls.Supported("read", Read),
		1: syscalls.PartiallySupported("write", Write, "Only, \"sometimes\".", nil),
		5: syscalls.ErrorWithEvent("fstat", syserror.EOPNOTSUPP, "", []string{"example.org/1", "example.org/2"}), // TODO
		7: syscalls.CapError("reboot", linux.CAP_SYS_BOOT, "", nil),
		9: syscalls.Error("old_name", syserror.EACCES, "Not for users.", nil),
	},
	Missing: func(t *kernel.Task, sysno uintptr, args arch.SyscallArguments) (uintptr, error) {
		t.Kernel().EmitUnimplementedEvent(t)
		return 0, syserror.ENOSYS
	},
}
