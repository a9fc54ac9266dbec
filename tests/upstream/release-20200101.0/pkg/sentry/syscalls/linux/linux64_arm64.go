// +build arm64

package linux

var ARM64 = &kernel.SyscallTable{
	Arch: arch.ARM64,
	Table: map[uintptr]kernel.Syscall{
		63: syscalls.Supported("read", Read),
	},
	Missing: func(t *kernel.Task, sysno uintptr, args arch.SyscallArguments) (uintptr, error) {
		t.Kernel().EmitUnimplementedEvent(t)
		return 0, syserror.ENOSYS
	},
}
