"""Protocol: the bytes of a connection -> requests, from callers who neither dawdle nor stall.

uvicorn itself waits without end for the head of a request, for the rest of a body that nobody wants
any more, and for a caller who does not read the answer. Each of them holds a connection.
"""

from asyncio import TimerHandle, Transport

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from summarizer.api.problems import HTTPCode, problem
from summarizer.api.shield import SECURITY_HEADERS

__all__ = ["Protocol"]


class Protocol(H11Protocol):
    """HTTP/1.1, with a problem for what is not HTTP and an end to what does not move.

    The time that a caller has, in seconds, is `receive_seconds` in the state of the application's
    lifespan. The body of a request that is being answered is timed by `arriving`, not here.
    """

    _arriving: TimerHandle | None = None
    """Set while there is nothing that we owe the caller."""
    _reading: TimerHandle | None = None
    """Set while more waits to be read by the caller than is kept for it."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for a first request, but not for ever."""
        super().connection_made(transport)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        """Read on, and wait no more once there is something to answer."""
        super().data_received(data)
        if self._is_answering():
            self._stop(self._arriving)

    def on_response_complete(self) -> None:
        """Wait for what is left of the request, if it was answered early, and for the next one."""
        super().on_response_complete()
        if not self._is_answering():
            self._await_request()

    def pause_writing(self) -> None:
        """Have the application wait until the caller has read some of its answer."""
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        """Have the application go on."""
        self._stop(self._reading)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop(self._arriving)
        self._stop(self._reading)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer in our own form what h11 cannot read, and close."""
        del msg
        self._refuse(HTTPCode.BAD_REQUEST, "this is not a valid HTTP/1.1 request")

    def _is_answering(self) -> bool:
        # There is none before the first request, whatever its type says.
        return not getattr(self.cycle, "response_complete", True)

    def _await_request(self) -> None:
        self._stop(self._arriving)
        self._arriving = self.loop.call_later(self._seconds(), self._cut_off)

    def _cut_off(self) -> None:
        """End a connection on which no request arrived in time."""
        arrived, _ = self.conn.trailing_data
        if self.transport.is_closing():
            # What is left of the last answer is not read. More of it is timed as such.
            if not self.flow.write_paused:
                self.transport.abort()
                return
        elif arrived and self.conn.our_state is h11.IDLE:
            self._refuse(HTTPCode.TOO_SLOW, "the head of the request did not arrive in time")
        else:
            # Nothing was asked, or it was answered before all of it was here.
            self.transport.close()
        self._await_request()

    def _await_reader(self) -> None:
        unread = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(self._seconds(), self._cut_off_reader, unread)

    def _cut_off_reader(self, unread: int) -> None:
        """End a connection whose caller read nothing since there were so many bytes to read."""
        if self.transport.get_write_buffer_size() < unread:
            self._await_reader()
        else:
            self.transport.abort()

    def _seconds(self) -> float:
        return float(self.app_state["receive_seconds"])

    @staticmethod
    def _stop(timer: TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()

    def _refuse(self, code: HTTPCode, detail: str) -> None:
        """Answer what is no request, and close."""
        answer = problem(code, detail)
        headers = [*answer.headers.items(), *SECURITY_HEADERS.items(), ("Connection", "close")]
        for event in (
            h11.Response(status_code=answer.status_code, headers=headers),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event))
        self.transport.close()
