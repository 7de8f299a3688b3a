/* A Python server as a child of the test, which ends with the test. */
#ifndef EG_TEST_SERVER_H
#define EG_TEST_SERVER_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct server {
	pid_t pid;
	int input, port;
};

/* ARGV: the script below tests/unit/servers and its arguments, NULL-terminated; it must print its port. */
static inline struct server server_start(const char *const *argv)
{
	struct server server = {.pid = -1, .input = -1};
	int in[2], out[2];
	char script[4096];
	char *args[8] = {(char *)"python3", script};

	snprintf(script, sizeof(script), "%s/unit/servers/%s", EG_TESTS, argv[0]);
	for (int i = 1; argv[i]; i++)
		args[i + 1] = (char *)argv[i];
	if (pipe(in) || pipe(out))
		return server;
	server.pid = fork();
	if (!server.pid) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		for (int fd = 3; fd < 100; fd++)
			close(fd);
		execvp(args[0], args);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	server.input = in[1];
	FILE *said = fdopen(out[0], "r");
	if (!said || fscanf(said, "%d", &server.port) != 1)
		fprintf(stderr, "%s did not start\n", script);
	if (said)
		fclose(said);
	return server;
}

static inline void server_stop(struct server *server)
{
	int status;

	close(server->input);
	if (server->pid > 0)
		waitpid(server->pid, &status, 0);
}

#endif
