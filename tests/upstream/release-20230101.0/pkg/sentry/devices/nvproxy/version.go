package nvproxy

func addDriverABI(major, minor, patch int, checksum string, cons driverABIFunc) driverABIFunc {
	return cons
}

// Init initializes abis global map.
func Init() {
	abisOnce.Do(func() {
		abis = make(map[DriverVersion]driverABIEntry)
		v525_60_13Checksum := "abc"
		v525_60_13 := addDriverABI(525, 60, 13, v525_60_13Checksum, func() *driverABI {
			return &driverABI{
				frontendIoctl: map[uint32]frontendIoctlHandler{
					nvgpu.NV_ESC_CARD_INFO:  feHandler(frontendIoctlSimple, compUtil), // an array
					nvgpu.NV_ESC_NUMA_INFO:  feHandler(rmNumaInfo, compUtil),
					nvgpu.NV_ESC_RM_CONTROL: feHandler(rmControl, compUtil|nvconf.CapGraphics),
				},
				uvmIoctl: map[uint32]uvmIoctlHandler{
					nvgpu.UVM_INITIALIZE: uvmInitialize,
				},
				controlCmd: map[uint32]controlCmdHandler{
					nvgpu.CTRL_ONE: ctrlHandler(rmControlSimple, compUtil),
					0x80028b:       ctrlHandler(rmControlSimple, compUtil), // no name
				},
				allocationClass: map[nvgpu.ClassID]allocationClassHandler{
					nvgpu.CLASS_ONE: allocHandler(rmAllocSimple[nvgpu.Handle], compUtil),
				},
				getInfo: func() *DriverABIInfo {
					return &DriverABIInfo{FrontendInfos: map[uint32]IoctlInfo{nvgpu.NV_ESC_CARD_INFO: simpleIoctlInfo("NV_ESC_CARD_INFO")}}
				},
			}
		})
		v535_43_02 := func() *driverABI {
			abi := v525_60_13()
			abi.controlCmd[(nvgpu.NV2081_BINAPI<<16)|0x0108] = ctrlHandler(rmControlSimple, nvconf.CapGraphics)
			delete(abi.controlCmd, nvgpu.CTRL_ONE)
			prevGetInfo := abi.getInfo
			abi.getInfo = func() *DriverABIInfo {
				info := prevGetInfo()
				return info
			}
			return abi
		}
		v535_54_03 := addDriverABI(535, 54, 03, "def", v535_43_02)
		_ = addUnsupportedDriverABI(535, 104, 8 /*08*/, v535_54_03)
	})
}
