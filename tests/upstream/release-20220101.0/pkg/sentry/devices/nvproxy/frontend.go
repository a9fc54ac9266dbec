package nvproxy

func (fd *frontendFD) Ioctl() (uintptr, error) {
	switch nr {
	case
		nvgpu.NV_ESC_CARD_INFO, // an array
		nvgpu.NV_ESC_RM_CONTROL:
		return frontendIoctlSimple(&fi)
	case nvgpu.NV_ESC_NUMA_INFO:
		return 0, linuxerr.EINVAL
	default:
		return 0, linuxerr.EINVAL
	}
}

func rmAllocMemory() (uintptr, error) {
	switch ioctlParams.Params.HClass {
	case nvgpu.MEMORY_ONE:
		return rmAllocOSDescriptor(fi)
	default:
		return 0, linuxerr.EINVAL
	}
}

func rmControl() (uintptr, error) {
	switch ioctlParams.Cmd {
	case nvgpu.CTRL_ONE,
		0x80028b: // no name
		return rmControlSimple(fi, &ioctlParams)
	default:
		return 0, linuxerr.EINVAL
	}
}

func rmAlloc() (uintptr, error) {
	switch ioctlParams.HClass {
	case nvgpu.CLASS_ONE:
		return rmAllocSimple[nvgpu.Handle](fi, &ioctlParams, isNVOS64)
	default:
		return 0, linuxerr.EINVAL
	}
}
