// Starts a thread as any program does: by glibc, which tries clone3 first and takes clone where that gives ENOSYS, and only then.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static void *run(void *argument)
{
	return argument;
}

int main(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, 0, run, 0);

	if (error) {
		fprintf(stderr, "no thread: %s\n", strerror(error));
		return 1;
	}
	pthread_join(thread, 0);
	puts("works");
	return 0;
}
