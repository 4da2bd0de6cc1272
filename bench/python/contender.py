"""
Python's side of the questions about pools, queues, managers and locks. Reads orders, a line each: what to do and how often;
answers a line when it is done, with what it measured if it is the one to measure. Ends with its standard input.
"""

import multiprocessing as mp
import sys
import threading
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


def queue_producer(queue, counts):
    while (count := counts.recv()) is not None:
        for n in range(1, count + 1):
            queue.put(n)


def queue_consumer(queue, counts):
    while (count := counts.recv()) is not None:
        total = 0
        for _ in range(count):
            total += queue.get()
        counts.send(total)


def queue_side():
    """A producer and a consumer, each in a process, for each kind of queue."""
    context = mp.get_context("forkserver")
    queues = {"Queue": context.Queue(), "SimpleQueue": context.SimpleQueue()}  # held: their locks go with them
    kinds = {}
    for name, queue in queues.items():
        kinds[name] = sides(context, queue_producer, queue_consumer, queue, queue)
    done()
    for order, count in orders():
        one_way(kinds[order], count)
        done()
    for pair in kinds.values():
        end(pair)


def pipe_sender(pipe, counts):
    while (count := counts.recv()) is not None:
        for n in range(1, count + 1):
            pipe.send(n)


def pipe_receiver(pipe, counts):
    while (count := counts.recv()) is not None:
        total = 0
        for _ in range(count):
            total += pipe.recv()
        counts.send(total)


def pipe_echo(pipe, counts):
    while (count := counts.recv()) is not None:
        for _ in range(count):
            pipe.send(pipe.recv() + 1)


def pipe_side():
    context = mp.get_context("forkserver")
    receiving, sending = context.Pipe(duplex=False)
    pair = sides(context, pipe_sender, pipe_receiver, sending, receiving)
    near, far = context.Pipe()
    echo_counts, counts = context.Pipe()
    echo = context.Process(target=pipe_echo, args=(far, counts), daemon=True)
    echo.start()
    done()
    for order, count in orders():
        if order == "one way":
            one_way(pair, count)
            done()
        else:
            echo_counts.send(count)
            times = []
            for n in range(count):
                start = time.perf_counter()
                near.send(n)
                assert near.recv() == n + 1
                times.append(time.perf_counter() - start)
            done(sorted(times)[count // 2] * 1e6)
    echo_counts.send(None)
    end(pair)


def dict_side():
    manager = mp.get_context("forkserver").Manager()
    shared = manager.dict()

    def caller(lane, count):
        key = f"key {lane}"
        for n in range(count):
            if n % 2 == 0:
                shared[key] = n
            else:
                assert shared[key] == n - 1

    manager_side(manager, caller)


def lock_side():
    manager = mp.get_context("forkserver").Manager()
    locks = [manager.Lock() for _ in range(64)]

    def caller(lane, count):
        lock = locks[lane]
        for _ in range(count):
            with lock:
                pass

    manager_side(manager, caller)


def manager_side(manager, caller):
    """An order is how many threads share the work."""
    with manager:
        done()
        for order, count in orders():
            lanes = int(order)
            if lanes == 1:
                caller(0, count)
            else:
                threads = [threading.Thread(target=caller, args=(lane, -(-count // lanes))) for lane in range(lanes)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            done()


def sides(context, produce, consume, out, into):
    """Two processes, with a pipe to each for what it shall do."""
    pair = []
    for target, channel in ((produce, out), (consume, into)):
        near, far = context.Pipe()
        process = context.Process(target=target, args=(channel, far), daemon=True)
        process.start()
        pair.append((near, process))
    return pair


def one_way(pair, count):
    (producer, _), (consumer, _) = pair
    consumer.send(count)
    producer.send(count)
    assert consumer.recv() == count * (count + 1) // 2


def end(pair):
    for near, process in pair:
        near.send(None)
        process.join()


def orders():
    for line in sys.stdin:
        order, count = line.rsplit(",", 1)
        yield order, int(count)


def done(value=""):
    print(f"done {value}".strip(), flush=True)


if __name__ == "__main__":
    sides_by_name = {"pool": pool_side, "queue": queue_side, "pipe": pipe_side, "dict": dict_side, "lock": lock_side}
    sides_by_name[sys.argv[1]]()
