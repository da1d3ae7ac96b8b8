"""What the DNS says of a domain, asked of a name server of the tests' own on this machine."""

from __future__ import annotations

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from syncd.mail_domains import AT_ONCE, ENOUGH_S, SURELY_ALIVE, MailDomains

#: What the name server knows, by name and kind; of other names it says that there are none.
ZONE = {
    (SURELY_ALIVE, "MX"): "5 mail.gmail.com.",
    ("works.com", "MX"): "10 mail.works.com.",
    ("old-works.com", "A"): "192.0.2.1",
    ("new-works.com", "AAAA"): "2001:db8::1",
    ("no-mail.com", "MX"): "0 .",
    ("parked.com", "TXT"): '"nothing here"',
    ("xn--mller-kva.com", "MX"): "10 mail.works.com.",
}
SILENT, BROKEN = "silent.com", "broken.com"


class NameServer:
    """Answers from the zone; not at all of one name, and with a failure of another."""

    def __init__(self) -> None:
        self.zone = dict(ZONE)
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, asker = self._socket.recvfrom(4096)
            if not data:
                return
            answer = self._answer(dns.message.from_wire(data))
            if answer is not None:
                self._socket.sendto(answer.to_wire(), asker)

    def _answer(self, query):
        (question,) = query.question
        name, kind = question.name.to_text().rstrip("."), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        if name == SILENT:
            return None
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name == BROKEN:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif (name, kind) in self.zone:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, self.zone[name, kind]))
        elif all(known != name for known, _ in self.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


@pytest.fixture
def server():
    started = NameServer()
    yield started
    started.close()


@pytest.fixture
def domains(server, clock):
    return MailDomains(clock, timeout_s=0.2, nameservers=["127.0.0.1"], port=server.port)


@pytest.mark.parametrize(
    ("domain", "is_dead"),
    [
        ("works.com", False),
        ("old-works.com", False),  # an address, and no mail server named
        ("new-works.com", False),
        ("xn--mller-kva.com", False),
        ("no-mail.com", True),  # says that it takes none
        ("parked.com", True),  # is there, and has neither
        ("never-was.com", True),
        (SILENT, None),
        (BROKEN, None),
        ("a" * 64 + ".com", None),  # no name at all
    ],
)
def test_domain_is_dead_only_when_the_dns_says_so(domains, domain, is_dead):
    assert domains.look_up([domain]) == {domain: is_dead}


def test_dns_that_does_not_know_a_domain_that_certainly_lives_is_not_believed(domains, server):
    del server.zone[SURELY_ALIVE, "MX"]

    assert domains.look_up(["never-was.com", "works.com"]) == {}
    assert server.asked == [f"{SURELY_ALIVE} MX"]


def test_all_domains_are_told_of_when_there_is_time(domains):
    names = [f"never-was-{number}.com" for number in range(3 * AT_ONCE + 1)]

    assert domains.look_up(names) == dict.fromkeys(names, True)


def test_nothing_more_is_begun_when_time_is_up(server, clock):
    class Hurried(MailDomains):
        def _is_dead(self, resolver, domain):
            clock.advance(ENOUGH_S / 2)
            return super()._is_dead(resolver, domain)

    hurried = Hurried(clock, timeout_s=0.2, nameservers=["127.0.0.1"], port=server.port)

    told = hurried.look_up([f"works-{number}.com" for number in range(5 * AT_ONCE)])

    assert len(told) == AT_ONCE


def test_nothing_more_is_begun_when_syncd_is_to_stop(server, clock):
    stop = threading.Event()
    stop.set()
    stopped = MailDomains(clock, timeout_s=0.2, stop=stop, nameservers=["127.0.0.1"], port=server.port)

    assert stopped.look_up(["works.com"]) == {}
