"""What stands around the two mail servers: names that resolve, whoever signs over there, and whoever checks over here.

DNS by dnsmasq, DKIM signed by OpenDKIM, and SPF, DKIM and DMARC checked by Rspamd, which writes `Authentication-Results`.
"""

import base64
import os
import shutil
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.loop import ports
from tests.loop.tied import tied

PROGRAMS = ("dnsmasq", "opendkim", "rspamd")
NOT_HERE = "dnsmasq, OpenDKIM or Rspamd is not installed (make loop says more)."
SELECTOR = "loop"

SIGNING = """\
Domain {domain}
Selector {selector}
KeyFile {folder}/dkim.pem
Socket inet:{port}@127.0.0.1
Mode s
Canonicalization relaxed/relaxed
RequireSafeKeys no
Syslog no
"""

CHECKING = """\
options {{
  pidfile = "{folder}/rspamd.pid";
  tempdir = "/tmp";
  filters = "dkim";
  local_addrs = [];
  url_tld = "{folder}/suffixes";
  dns {{ nameserver = ["127.0.0.1:{dns}"]; timeout = 2s; }}
}}
logging {{ type = "console"; level = "warning"; }}
worker "rspamd_proxy" {{
  bind_socket = "127.0.0.1:{port}";
  milter = yes;
  count = 1;
  upstream "local" {{ default = yes; self_scan = yes; }}
}}
modules {{ path = "/usr/share/rspamd/plugins/"; }}
dkim {{ check_local = true; }}
spf {{ check_local = true; }}
dmarc {{ check_local = true; }}
milter_headers {{ use = ["authentication-results"]; skip_local = false; }}
"""


def is_here() -> bool:
    """Whether all three programs are installed."""
    places = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
    return all(shutil.which(name, path=places) for name in PROGRAMS)


@contextmanager
def running(folder: Path, domain: str, signs: int, checks: int) -> Generator[None]:
    """Names of `domain` resolve, OpenDKIM signs for it on one port, and Rspamd checks on another."""
    key = rsa.generate_private_key(65537, 2048)
    kind, form = serialization.Encoding, serialization.PrivateFormat.TraditionalOpenSSL
    public = key.public_key().public_bytes(kind.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(kind.PEM, form, serialization.NoEncryption())
    folder.mkdir()
    (folder / "dkim.pem").write_bytes(private)
    (folder / "opendkim.conf").write_text(SIGNING.format(folder=folder, domain=domain, selector=SELECTOR, port=signs))
    (folder / "suffixes").write_text("com\nexample\n")  # it compiles the whole public list for eight seconds
    [dns] = ports.some(1)
    (folder / "rspamd.conf").write_text(CHECKING.format(folder=folder, dns=dns, port=checks))
    names = {
        f"{SELECTOR}._domainkey.{domain}": f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}",
        f"_dmarc.{domain}": "v=DMARC1; p=reject; adkim=s",
    }
    with ExitStack() as stack:
        signing = ["/usr/sbin/opendkim", "-f", "-x", str(folder / "opendkim.conf")]
        checking = ["/usr/bin/rspamd", "-f", "-i", "-c", str(folder / "rspamd.conf")]
        for program, command in (("dnsmasq", _dnsmasq(dns, names)), ("opendkim", signing), ("rspamd", checking)):
            stack.enter_context(tied(command, folder / f"{program}.out"))
        for port in (dns, signs, checks):
            ports.until_answered(port)
        yield


def _dnsmasq(port: int, names: dict[str, str]) -> list[str]:
    """Text of at most 255 signs is one string of a record; the comma begins the next."""
    records = []
    for name, text in names.items():
        records.append(f"--txt-record={name}," + ",".join(text[at : at + 200] for at in range(0, len(text), 200)))
    quiet = ("--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--local=/#/", "--user=root")
    return ["/usr/sbin/dnsmasq", *quiet, f"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", *records]
