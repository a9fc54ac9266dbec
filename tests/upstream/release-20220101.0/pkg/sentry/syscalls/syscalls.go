// Package syscalls is a minimal stand-in for the table helpers with levels.
package syscalls

func Supported(name string, fn kernel.SyscallFn) kernel.Syscall {
	return kernel.Syscall{Name: name, Fn: fn, SupportLevel: kernel.SupportFull, Note: "Fully Supported."}
}

func PartiallySupported(name string, fn kernel.SyscallFn, note string, urls []string) kernel.Syscall {
	return kernel.Syscall{Name: name, Fn: fn, SupportLevel: kernel.SupportPartial, Note: note, URLs: urls}
}

func Error(name string, err error, note string, urls []string) kernel.Syscall {
	return kernel.Syscall{
		Name: name,
		Fn: func(t *kernel.Task, args arch.SyscallArguments) (uintptr, *kernel.SyscallControl, error) {
			return 0, nil, err
		},
		SupportLevel: kernel.SupportUnimplemented,
	}
}

func ErrorWithEvent(name string, err error, note string, urls []string) kernel.Syscall {
	return kernel.Syscall{
		Name: name,
		Fn: func(t *kernel.Task, args arch.SyscallArguments) (uintptr, *kernel.SyscallControl, error) {
			t.Kernel().EmitUnimplementedEvent(t)
			return 0, nil, err
		},
		SupportLevel: kernel.SupportUnimplemented,
	}
}

func CapError(name string, c linux.Capability, note string, urls []string) kernel.Syscall {
	return kernel.Syscall{
		Name: name,
		Fn: func(t *kernel.Task, args arch.SyscallArguments) (uintptr, *kernel.SyscallControl, error) {
			if !t.HasCapability(c) {
				return 0, nil, syserror.EPERM
			}
			t.Kernel().EmitUnimplementedEvent(t)
			return 0, nil, syserror.ENOSYS
		},
		SupportLevel: kernel.SupportUnimplemented,
	}
}

func SupportedPoint(name string, fn kernel.SyscallFn, cb kernel.SyscallToProto) kernel.Syscall {
	sys := Supported(name, fn)
	sys.PointCallback = cb
	return sys
}
