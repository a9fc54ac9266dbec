package nvproxy

func (fd *uvmFD) Ioctl() (uintptr, error) {
	switch cmd {
	case nvgpu.UVM_INITIALIZE:
		return uvmInitialize(&ui)
	default:
		return 0, linuxerr.EINVAL
	}
}
