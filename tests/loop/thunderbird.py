"""Thunderbird without a screen, with a mailbox of its own: it opens an invitation, and presses a button of it."""

import asyncio
import json
import os
import shutil
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

from service.local.children import end, spawn
from tests.loop.marionette import Marionette

NOT_HERE = "Thunderbird is not installed (make loop says more)."
PATIENCE = 60.0
CALENDAR = "3b9c0f9e-0000-4000-8000-7c6d5e4f3a2b"

OPEN = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const { MailUtils } = ChromeUtils.importESModule("resource:///modules/MailUtils.sys.mjs");
const folders = MailServices.accounts.getAccount("account1").incomingServer.rootFolder;
const inbox = folders.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox);
const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
file.initWithPath(args[0]);
await new Promise((done, failed) => MailServices.copy.copyFileMessage(file, inbox, null, false, 0, "", {
  QueryInterface: ChromeUtils.generateQI(["nsIMsgCopyServiceListener"]),
  onStartCopy() {}, onProgress() {}, setMessageKey() {}, getMessageId() { return null; },
  onStopCopy(status) { Components.isSuccessCode(status) ? done() : failed(new Error(`copy: ${status}`)); },
}, null));
MailUtils.displayMessageInFolderTab([...inbox.messages].find(message => message.messageId === args[1]));
return true;
"""
"""Puts a mail into the inbox and shows it."""

SHOWN = """
const window = Services.wm.getMostRecentWindow("mail:3pane");
const shown = window.document.getElementById("tabmail").currentAboutMessage;
if (shown?.gMessage?.messageId !== args[0] || !shown.calImipBar.itipItem) return null;
const bar = shown.document.getElementById("imip-view-toolbar");
return [...bar.children].filter(button => !button.hidden).map(button => button.id);
"""
"""The buttons of its invitation, once there are some."""

PRESS = """
const window = Services.wm.getMostRecentWindow("mail:3pane");
window.document.getElementById("tabmail").currentAboutMessage.document.getElementById(args[0]).doCommand();
return true;
"""

KEPT = """
const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
const [calendar] = cal.manager.getCalendars();
return (await calendar.getItemsAsArray(Ci.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null)).map(item => item.icalString);
"""
"""What stands in the calendar."""


def is_here() -> bool:
    return shutil.which("thunderbird") is not None


class Thunderbird:
    """One that runs, with one mailbox and one calendar."""

    def __init__(self, session: Marionette) -> None:
        self.session = session

    async def show(self, mail: Path) -> list[str]:
        """Open a mail; the buttons of the bar above its invitation."""
        message_id = _message_id(mail)
        await self.session.run(OPEN, str(mail), message_id)
        return await self._until(SHOWN, message_id)

    async def press(self, button: str) -> None:
        await self.session.run(PRESS, button)

    async def calendar(self) -> list[str]:
        """What stands in the calendar."""
        return await self.session.run(KEPT)

    async def _until(self, script: str, *arguments: str) -> Any:
        async with asyncio.timeout(PATIENCE):
            while not (found := await self.session.run(script, *arguments)):  # noqa: ASYNC110 - another program's state
                await asyncio.sleep(0.1)
        return found


@asynccontextmanager
async def running(folder: Path, name: str, address: str, submission: int) -> AsyncGenerator[Thunderbird]:
    """Start one for a person, who sends through this port."""
    profile = folder / "profile"
    profile.mkdir(parents=True)
    prefs = _prefs(folder, name, address, submission)
    (profile / "user.js").write_text("".join(f"user_pref({json.dumps(key)}, {json.dumps(prefs[key])});\n" for key in prefs))
    env = {"HOME": str(folder), "TMPDIR": str(folder), "PATH": os.environ.get("PATH", os.defpath), "MOZ_HEADLESS": "1"}
    env |= {"MOZ_CRASHREPORTER_DISABLE": "1", "LANG": "C.UTF-8"}
    command = ["thunderbird", "--profile", str(profile), "--no-remote", "--marionette", "--remote-allow-system-access"]
    with (folder / "out").open("wb") as output:
        child = spawn(command, last_signal=signal.SIGKILL, env=env, output=output)
    try:
        found = profile / "MarionetteActivePort"
        async with asyncio.timeout(PATIENCE):
            while not found.exists() or not found.read_text():
                assert child.poll() is None, (folder / "out").read_text()
                await asyncio.sleep(0.1)
        session = await Marionette.open(int(found.read_text()))
        yield Thunderbird(session)
        session.close()
    finally:
        end(child, (signal.SIGTERM, 5.0))


def _message_id(mail: Path) -> str:
    return str(message_from_bytes(mail.read_bytes())["Message-ID"]).strip("<>")


def _prefs(folder: Path, name: str, address: str, submission: int) -> dict[str, str | int | bool]:
    quiet = {
        "app.donation.eoy.version.viewed": 999,
        "app.normandy.enabled": False,
        "app.update.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "extensions.update.enabled": False,
        "mail.inappnotifications.enabled": False,
        "mail.rights.version": 1,
        "mail.shell.checkDefaultClient": False,
        "mail.spotlight.firstRunDone": True,
        "mail.winsearch.firstRunDone": True,
        "mailnews.start_page.enabled": False,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "services.settings.server": "data:,#remote-settings-dummy/v1",
        "toolkit.telemetry.server": "",
        "marionette.port": 0,
    }
    account = {
        "mail.accountmanager.accounts": "account1,account2",
        "mail.accountmanager.defaultaccount": "account1",
        "mail.accountmanager.localfoldersserver": "server2",
        "mail.account.account1.identities": "id1",
        "mail.account.account1.server": "server1",
        "mail.account.account2.server": "server2",
        "mail.server.server1.type": "pop3",
        "mail.server.server1.hostname": "127.0.0.1",
        "mail.server.server1.userName": "member",
        "mail.server.server1.name": address,
        "mail.server.server1.login_at_startup": False,
        "mail.server.server1.check_new_mail": False,
        "mail.server.server1.directory": str(folder / "profile" / "Mail" / "member"),
        "mail.server.server2.type": "none",
        "mail.server.server2.hostname": "Local Folders",
        "mail.server.server2.userName": "nobody",
        "mail.server.server2.name": "Local Folders",
        "mail.server.server2.directory": str(folder / "profile" / "Mail" / "Local Folders"),
        "mail.identity.id1.fullName": name,
        "mail.identity.id1.useremail": address,
        "mail.identity.id1.smtpServer": "smtp1",
        "mail.identity.id1.valid": True,
        "mail.identity.id1.fcc": False,
        "mail.smtpservers": "smtp1",
        "mail.smtp.defaultserver": "smtp1",
        "mail.smtpserver.smtp1.type": "smtp",
        "mail.smtpserver.smtp1.hostname": "127.0.0.1",
        "mail.smtpserver.smtp1.port": submission,
        "mail.smtpserver.smtp1.authMethod": 1,
        "mail.smtpserver.smtp1.try_ssl": 0,
    }
    calendar = {
        f"calendar.registry.{CALENDAR}.type": "storage",
        f"calendar.registry.{CALENDAR}.uri": "moz-storage-calendar://",
        f"calendar.registry.{CALENDAR}.name": "Home",
        f"calendar.registry.{CALENDAR}.calendar-main-in-composite": True,
        f"calendar.registry.{CALENDAR}.imip.identity.key": "id1",
        "calendar.list.sortOrder": CALENDAR,
        "calendar.timezone.local": "America/New_York",
        "calendar.timezone.useSystemTimezone": False,
    }
    return {**quiet, **account, **calendar}
