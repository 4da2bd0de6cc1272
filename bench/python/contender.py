"""
Python's side of the questions about pools, queues, managers and locks. Reads orders, a line each: what to do and how often;
answers a line when it is done. Ends with its standard input.
"""

import multiprocessing as mp
import sys
import time


def trivial(n):
    return n + 1


def one_ms(n):
    end = time.perf_counter() + 0.001
    while time.perf_counter() < end:
        pass
    return n + 1


def pool_side():
    with mp.get_context("forkserver").Pool(2) as pool:
        pool.map(trivial, range(1000))
        done()
        for order, count in orders():
            if order == "trivial":
                results = [pool.apply_async(trivial, (n,)) for n in range(count)]
                total = sum(result.get() for result in results)
            elif order == "1 ms":
                total = sum(pool.imap(one_ms, range(count)))
            elif order == "map":
                total = sum(pool.map(trivial, range(count)))
            else:
                total = sum(pool.map(trivial, range(count), 1))
            assert total == count * (count + 1) // 2
            done()


def orders():
    for line in sys.stdin:
        order, count = line.rsplit(",", 1)
        yield order, int(count)


def done():
    print("done", flush=True)


if __name__ == "__main__":
    {"pool": pool_side}[sys.argv[1]]()
