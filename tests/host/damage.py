# SPDX-License-Identifier: GPL-2.0-only
# Damages a recording in every page, and has it read: build/tests/keep, under the sanitizers, says what
# it finds, and none of that may be a sample that the whole recording does not have.
#
# Usage: python3 tests/host/damage.py flip|cut FILE
#
# flip: bits in several places of each page, one file for each. cut: the file ends behind each page, and
# in the middle of it. Prints what was seen; the exit status is 1 when a reading crashed or invented.
import random
import subprocess
import sys

how, path = sys.argv[1:]
PAGE = 4096
whole = open(path, 'rb').read()
damaged = path + '.damaged'


def read(bytes_of_file):
    with open(damaged, 'wb') as out:
        out.write(bytes_of_file)
    done = subprocess.run(['build/tests/keep', 'read', damaged], capture_output=True, text=True)
    lines = done.stdout.splitlines()
    if done.returncode not in (0, 1) or not lines or (done.stderr and done.returncode):
        sys.exit(f'{damaged}: exit status {done.returncode}: {done.stderr or lines}')
    if done.returncode:
        return None, lines[-1]
    # A number of a process may have changed, which has no CRC: the samples themselves have.
    return {line.split(' ', 1)[1] for line in lines[:-1]}, lines[-1]


def variants():
    random.seed(8)
    for page in range(len(whole) // PAGE):
        if how == 'cut':
            yield page, whole[:page * PAGE + 1]
            yield page, whole[:page * PAGE + PAGE // 2]
            continue
        places = [0, 3, 5, 8, 12] + [random.randrange(PAGE) for _ in range(6)]
        for place in places:
            changed = bytearray(whole)
            changed[page * PAGE + place] ^= 1 << random.randrange(8)
            yield page, bytes(changed)


samples, said = read(whole)
if said != 'unfinished 0 blocks 0 tables 0 late 3':
    sys.exit('the whole one: ' + said)
seen = {'refused': 0, 'all': 0, 'some': 0, 'none': 0}
silent = 0
for page, content in variants():
    if len(content) < 16:
        continue
    got, said = read(content)
    if got is None:
        seen['refused'] += 1
        continue
    if not got <= samples:
        sys.exit(f'{damaged}: samples that never were: {sorted(got - samples)[:3]}')
    if len(got) < len(samples) and said.startswith('unfinished 0 blocks 0 tables 0'):
        sys.exit(f'{damaged}: samples are missing, and nobody says so')
    seen['all' if got == samples else 'some' if got else 'none'] += 1
print(' '.join(f'{name} {count}' for name, count in seen.items()))
