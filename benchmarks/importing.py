"""`python -m benchmarks.importing URL`: an importer until nothing is due; prints seconds, its own peak and its reader’s."""

import asyncio
import os
import resource
import sys
import time
from datetime import UTC, datetime

from benchmarks.house import peak_mib
from service import db
from workers.importer import Importer


async def _work(url: str) -> float:
    """Seconds at work: without the start of the process, which a worker has behind it."""
    pool = await db.open_pool(url, "plenary-bench", most=4)
    worker = Importer(pool, lambda: datetime.now(UTC), "secret")
    began = time.perf_counter()
    while await worker.work_once():
        pass
    took = time.perf_counter() - began
    await pool.close()
    return took


if __name__ == "__main__":
    seconds = asyncio.run(_work(sys.argv[1]))
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{seconds:.3f} {peak_mib(os.getpid()):.1f} {reader:.1f}")
