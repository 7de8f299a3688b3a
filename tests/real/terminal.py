"""A program on a pseudo-terminal, as a person has it before them: waits for words, types answers."""
import os
import pty
import select
import signal
import time

PATIENCE = 60  # seconds; shared machines are slow


class Terminal:
    def __init__(self, argv, environ, cwd):
        self.seen, self.read, self.status = "", 0, None
        self.pid, self.fd = pty.fork()
        if not self.pid:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # what runs us may ignore it
            try:
                os.chdir(cwd)
                os.execvpe(argv[0], argv, environ)
            finally:
                os._exit(127)

    def _more(self, deadline):
        """False when there will be no more."""
        left = deadline - time.monotonic()
        assert left > 0, "no answer in time; seen: %r" % self.seen
        if not select.select([self.fd], [], [], left)[0]:
            return True
        try:
            chunk = os.read(self.fd, 65536)
        except OSError:  # Linux: the other side is closed
            return False
        self.seen += chunk.decode("utf-8", "replace")
        return bool(chunk)

    def wait(self, *words):
        """Until one of WORDS stands in what came since the last wait; which one it was, and all that came with it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            new = self.seen[self.read:]
            found = [(new.index(word), word) for word in words if word in new]
            if found:
                at, word = min(found)
                self.read += at + len(word)
                return word, new[:at + len(word)]
            if not self._more(deadline):
                raise AssertionError("it ended without %r; seen: %r" % (words, self.seen))

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        """Waits for the program's end; its exit status (negative: a signal), and all that was seen."""
        deadline = time.monotonic() + PATIENCE
        while self._more(deadline):
            pass
        return self.reap(), self.seen

    def reap(self):
        if self.status is None:
            status = os.waitpid(self.pid, 0)[1]
            os.close(self.fd)
            self.status = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        return self.status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.reap()
