/* Makes a raw socket from functions of known names, through the C library's wrapper. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

__attribute__((noinline, optimize("no-omit-frame-pointer", "no-optimize-sibling-calls"))) int open_raw(void)
{
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	__asm__ volatile("" ::: "memory");
	return fd;
}

__attribute__((noinline, optimize("no-omit-frame-pointer", "no-optimize-sibling-calls"))) int start_server(void)
{
	int fd = open_raw();
	__asm__ volatile("" ::: "memory");
	return fd;
}

__attribute__((optimize("no-omit-frame-pointer"))) int main(void)
{
	close(start_server());
	usleep(300000); /* until somebody has looked at what is mapped */
	return 0;
}
