"""Run a command of the shell, and print what it cost: seconds, seconds of all processors, bytes of its largest process.

It is a process of its own and small, because a new process counts the memory of the one that started it.
"""

import json
import os
import subprocess
import sys
import time

start = time.perf_counter()
process = subprocess.Popen(sys.argv[1], shell=True, stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
print(json.dumps((time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)))
sys.exit(process.returncode)
