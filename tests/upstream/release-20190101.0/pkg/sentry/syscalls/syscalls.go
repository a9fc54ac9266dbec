// Package syscalls is a minimal stand-in for the table helpers of the first releases.
package syscalls

func Error(err error) kernel.SyscallFn {
	return func(t *kernel.Task, args arch.SyscallArguments) (uintptr, *kernel.SyscallControl, error) {
		return 0, nil, err
	}
}

func ErrorWithEvent(err error) kernel.SyscallFn {
	return func(t *kernel.Task, args arch.SyscallArguments) (uintptr, *kernel.SyscallControl, error) {
		t.Kernel().EmitUnimplementedEvent(t)
		return 0, nil, err
	}
}

func CapError(c linux.Capability) kernel.SyscallFn {
	return func(t *kernel.Task, args arch.SyscallArguments) (uintptr, *kernel.SyscallControl, error) {
		if !t.HasCapability(c) {
			return 0, nil, syserror.EPERM
		}
		t.Kernel().EmitUnimplementedEvent(t)
		return 0, nil, syserror.ENOSYS
	}
}
