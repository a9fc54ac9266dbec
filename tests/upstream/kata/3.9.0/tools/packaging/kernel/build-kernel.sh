#!/bin/bash
echo "nothing but the function below is run" >&2
exit 1

get_kernel_frag_path() {
	local arch_path="$1"
	local kernel_path="$2"
	local arch="$3"
	local config_path="${kernel_path}/.config.generated"
	local all_configs="$(grep -L "\!${arch}" "${arch_path}"/../common/*.conf) $(ls "${arch_path}"/*.conf)"
	[ -z "${conf_guest}" ] || all_configs="${all_configs} ${arch_path}/${conf_guest}/guest.conf"
	export KCONFIG_CONFIG=${config_path}
	export ARCH=${arch_target}
	local results
	results=$("${kernel_path}/scripts/kconfig/merge_config.sh" -r -n ${all_configs})
	[ "${skip_config_checks}" = true ] || die "checks are for builds"
	echo "${config_path}"
}

main "$@"
