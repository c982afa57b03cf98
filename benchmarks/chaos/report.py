"""A report as a person reads it."""

from benchmarks.chaos.blows import MIDDLE
from benchmarks.chaos.plan import Kind
from benchmarks.chaos.reckoning import Report

WORK: dict[Kind, str] = {
    "web": "first 201",
    "worker": "first new mail",
    "relay": "first new mail",
    "valkey": "first new mail",
    "postgres": "first new mail",
    "smtp": "first new mail",
}


def lines(report: Report) -> list[str]:
    """One sentence, the counts, recovery by what was killed, the doubtful ones by name, and what is broken."""
    return [
        f"Chaos: {report.plan.seconds / 60:.1f} minutes, {report.plan.messages:,} messages, seed {report.plan.seed}: "
        f"lost {len(report.lost)}, doubled {len(report.doubled)} under `hold`, {len(report.unknown)} doubtful and named.",
        "",
        *(f"  {name:<36}{value}" for name, value in _counts(report).items()),
        "",
        f"  {'time to recover, seconds':<36}{'n':>4}{'p50':>8}{'p95':>8}{'max':>8}   nothing else down: n, p50",
        *(
            f"  {f'{kind} killed → {WORK[kind]}':<36}{one.n:>4}{one.p50:>8.2f}{one.p95:>8.2f}{one.most:>8.2f}"
            f"{report.alone[kind].n:>15}{report.alone[kind].p50:>8.2f}"
            for kind, one in report.by_kind.items()
            if one.n
        ),
        "",
        *(
            f"  unknown: {one.delivery} {one.kind} to {one.recipient}: {one.why} "
            f"(the mail server {'kept it' if one.kept else 'has nothing'})"
            for one in report.unknown
        ),
        *(f"  BROKEN: {one}" for one in report.failures),
    ]


def _counts(report: Report) -> dict[str, str]:
    in_a_round = sum(one.detail == MIDDLE for one in report.recoveries)
    same = report.repeated - len(report.repeated_otherwise)
    waits = report.waits
    return {
        "registrations accepted": f"{report.accepted:,} (in {report.tries:,} tries)",
        "messages sent": f"{report.sent:,}",
        "lost": f"{len(report.lost)}",
        "doubled under hold": f"{len(report.doubled)}",
        "repeated under resend": f"{report.repeated} ({same} of {report.repeated} byte for byte after a doubt)",
        "unknown": f"{len(report.unknown)} (each named below; doubtful and not named: {len(report.unnamed)})",
        "dead": f"{len(report.dead)}",
        "kills": f"{len(report.recoveries)} (of relays {in_a_round} in the middle of a round)",
        "processes that ended by themselves": f"{report.ended_by_themselves}, and were started again",
        "event → sent": f"p50 {waits.p50:.2f} s, p95 {waits.p95:.2f} s, longest {waits.most:.1f} s",
        "all through after healing": f"{report.drained_seconds:.1f} s" if report.drained_seconds >= 0 else "never",
    }
