"""The main thread of the web process does not spin beside the thread that answers."""

import threading
from types import SimpleNamespace

import pytest

from web.channel import Channel


@pytest.fixture
def channel():
    """A connection with bytes to go, as waitress sees it between two polls."""
    made = Channel.__new__(Channel)
    made.outbuf_lock = threading.Condition()
    made.total_outbufs_len, made.requests = 120, [SimpleNamespace()]
    made.will_close = made.close_when_flushed = False
    return made


def _while_a_worker_sends(channel):
    """What the main thread thinks of the channel while another thread holds its buffer."""
    holds, lets_go = threading.Event(), threading.Event()

    def send():
        with channel.outbuf_lock:
            holds.set()
            lets_go.wait(10)

    worker = threading.Thread(target=send)
    worker.start()
    holds.wait(10)
    try:
        return channel.writable()
    finally:
        lets_go.set()
        worker.join()


def test_channel_is_left_alone_while_a_worker_sends(channel):
    assert _while_a_worker_sends(channel) is False


def test_channel_whose_worker_left_bytes_is_writable(channel):
    assert channel.writable() is True


def test_bytes_left_after_the_last_request_are_sent(channel):
    channel.requests = []
    assert _while_a_worker_sends(channel) is True


def test_connection_to_be_closed_is_closed(channel):
    channel.total_outbufs_len, channel.will_close = 0, True
    assert channel.writable() is True


def test_large_answer_to_a_slow_reader_arrives_whole():
    """Bytes that the socket does not take at once are the main thread's to send, also while the task still runs."""
    import socket
    import time

    from waitress import wasyncore
    from waitress.server import create_server

    size = 24_000_000

    def app(environ, start_response):
        start_response("200 OK", [("Content-Length", str(size))])
        return [b"x" * 1_000_000] * (size // 1_000_000)

    server = create_server(app, host="127.0.0.1", port=0, threads=2)
    server.channel_class = Channel
    over = threading.Event()

    def serve():
        while not over.is_set():
            wasyncore.loop(timeout=0.2, map=server._map, use_poll=True, count=1)
        server.task_dispatcher.shutdown(timeout=5)
        server.close()
        wasyncore.close_all(server._map, ignore_all=True)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with socket.create_connection(("127.0.0.1", server.effective_port), 30) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            time.sleep(0.3)
            taken = 0
            while data := line.recv(1 << 20):
                taken += len(data)
        assert taken > size
    finally:
        over.set()
        thread.join(20)


def _sends(application) -> int:
    """How many times a connection is written to for one answer of ``application``."""
    import socket

    from waitress import wasyncore
    from waitress.server import create_server

    sent = []

    class Counting(Channel):
        def send(self, data, do_close=True):
            sent.append(bytes(data))
            return super().send(data, do_close)

    server = create_server(application, host="127.0.0.1", port=0, threads=1)
    server.channel_class = Counting
    over = threading.Event()

    def serve():
        while not over.is_set():
            wasyncore.loop(timeout=0.05, map=server._map, use_poll=True, count=1)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with socket.create_connection(("127.0.0.1", int(server.effective_port)), 10) as line:
            line.sendall(b"GET / HTTP/1.0\r\n\r\n")
            answer = b""
            while data := line.recv(65536):
                answer += data
    finally:
        over.set()
        thread.join()
        server.task_dispatcher.shutdown()
        server.close()
        wasyncore.close_all(server._map, ignore_all=True)
    assert b"".join(sent) == answer
    assert answer.startswith(b"HTTP/1.0 ")
    assert answer.count(b"HTTP/1.0 ") == 1
    return len(sent)


@pytest.mark.parametrize(
    ("status", "headers", "body", "sends"),
    [
        ("200 OK", [("Content-Length", "5")], [b"hello"], 1),
        ("200 OK", [("Content-Length", "6")], [b"one", b"two"], 2),
        ("200 OK", [], [b"no length"], 1),
        ("204 No Content", [], [], 1),
        ("304 Not Modified", [], [], 1),
        ("200 OK", [("Content-Length", "0")], [b""], 1),
        ("200 OK", [("Content-Length", "0")], [b"too much"], 1),
        ("200 OK", [("Content-Length", "100000")], [b"x" * 100_000], 2),
    ],
)
def test_head_goes_with_the_beginning_of_the_body(status, headers, body, sends):
    def application(environ, start_response):
        start_response(status, headers)
        return body

    assert _sends(application) == sends
