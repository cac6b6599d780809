#!/usr/bin/env python3
"""Times PyTorch at what GpuLm measured: reads FOLDER/kernels.json and FOLDER/step.json, writes FOLDER/torch.json.

    torch_peers.py FOLDER [--seconds 60]
    torch_peers.py FOLDER --dry-run      what would be timed; needs no PyTorch

A row of torch.json is one of the suite `peers`, of the side PyTorch. Calls are launched in blocks of 10 ms or more, which CUDA events time;
a row has the time of one call for each block. Inputs are seeded and nowhere zero. Where the GPU's cache could hold a case's data,
calls go round so many copies that it cannot. A result that is zero or not finite is refused.
"""
import argparse
import datetime
import gc
import json
import pathlib
import platform
import sys
import time

from torch_work import KERNELS, MODELS, Device, kernel, step

SIDE = "PyTorch"
UNKNOWN_CACHE_BYTES = 128 << 20
STEP = "training step"
KERNELS_SHARE = 0.6  # of the time, where there are steps to time too


def read(folder, suite):
    path = folder / f"{suite}.json"
    return json.loads(path.read_text()) if path.exists() else None


def kernel_cases(suite):
    """Our kernels that have a peer: with data from memory, cut as the launcher chooses."""
    tiny = suite["environment"].get("tiny")  # then everything is warm
    cache = suite["environment"]["device"].get("cacheBytes") or UNKNOWN_CACHE_BYTES
    largest = None
    for row in suite["rows"]:
        labels = row["labels"]
        if (labels["cache"] != "cold" and not tiny) or labels.get("configuration") or labels["kernel"] not in KERNELS:
            continue
        sizes = dict(zip(labels["sizes"].split(" x "), map(int, labels["shape"].split(" x ")), strict=True))
        case = {
            "what": labels["kernel"], "shape": labels["shape"], "precision": labels["precision"], "sizes": sizes, "bytes": row["bytes"],
            "flops": row["flops"], "tokens": 0, "cache": cache,
        }
        if case["what"] == "Probe.Triad" and (largest is None or case["bytes"] > largest["bytes"]):
            largest = case
        yield case
    if largest:
        # What memory-bound work is held to is the faster of the triad and this.
        yield {**largest, "what": "copy", "bytes": largest["bytes"] / 3 * 2, "flops": 0}


def step_cases(suite):
    """Our training steps without what PyTorch does in another way: recomputing and launching without a graph."""
    for row in suite["rows"]:
        labels = row["labels"]
        if "family" in labels or labels["recompute"] != "none" or labels["graph"] != "on":
            continue
        sizes = {"model": labels["model"], "batch": int(labels["batch"]), "context": int(labels["context"])}
        layers, _, channels, words = MODELS[labels["model"]]
        # PaLM's formula, as GptConfig.FlopsPerToken.
        flops = 6 * (12 * layers * channels**2 + words * channels) + 12 * layers * channels * sizes["context"]
        if abs(flops * row["tokens"] - row["flops"]) > 1e-6 * row["flops"]:
            raise ValueError(f"{row['name']}: {MODELS[labels['model']]} is not the model that was measured; its FLOPs differ")
        yield {
            "what": STEP, "shape": f"{labels['model']}, B {labels['batch']}, T {labels['context']}",
            "precision": labels["precision"], "sizes": sizes, "bytes": 0, "flops": row["flops"], "tokens": row["tokens"],
        }


def row_of(case, **result):
    return {
        "name": f"{case['what']} {case['shape']} {case['precision']}, {SIDE}",
        "labels": {"what": case["what"], "shape": case["shape"], "precision": case["precision"], "side": SIDE},
        "seconds": [], "flops": case["flops"], "bytes": case["bytes"], "tokens": case["tokens"], **result,
    }


def timed(device, case, seconds):
    """One case's row; a failure says why and the rest goes on."""
    try:
        times, figures = (step if case["what"] == STEP else kernel)(device, case, seconds)
        return row_of(case, seconds=times, figures=figures)
    except Exception as failure:  # whatever goes wrong in one case, the others are still worth measuring
        wrong = isinstance(failure, ValueError)
        text = str(failure).splitlines()
        return row_of(case, reason=f"{type(failure).__name__}: {text[0] if text else ''}", refused=wrong)
    finally:
        gc.collect()
        device.torch.cuda.empty_cache()


def environment(suite, torch):
    """Where our side was measured, with this side's software and time; another GPU is refused."""
    ours = suite["environment"]
    here = torch.cuda.get_device_name()
    if here != ours["device"]["name"]:
        sys.exit(f"error: our side ran on {ours['device']['name']}, this is {here}. Two machines never meet in one ratio.")
    return {
        **ours, "before": {}, "after": {}, "command": "torch_peers.py " + " ".join(sys.argv[1:]),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "software": {"Python": platform.python_version(), "PyTorch": torch.__version__, "PyTorch's CUDA": torch.version.cuda or "none"},
    }


def measure(folder, suites, cases, seconds):
    import torch

    if not torch.cuda.is_available():
        sys.exit("error: PyTorch finds no CUDA device.")
    device = Device(torch)
    result = {"suite": "torch", "environment": environment(suites[0], torch), "rows": [], "sections": []}
    begin = time.monotonic()
    # What others are held to must not be what the time did not last for.
    kernels = sorted((case for case in cases if case["what"] != STEP), key=lambda case: case["what"] not in ("Probe.Triad", "copy"))
    steps = [case for case in cases if case["what"] == STEP]
    ends = [seconds * (KERNELS_SHARE if steps else 1)] * len(kernels) + [seconds] * len(steps)
    for i, (case, end) in enumerate(zip(kernels + steps, ends)):
        left = end - (time.monotonic() - begin)
        share = left / ends[i:].count(end)
        row = timed(device, case, share) if left > 0 else row_of(case, reason=f"the {end:g} s were used up")
        print(row["name"], row.get("reason") or f"{sorted(row['seconds'])[len(row['seconds']) // 2] * 1e3:.4g} ms", flush=True)
        result["rows"].append(row)
        # After every case: what was measured shall survive if a later case ends the process.
        (folder / "torch.json").write_text(json.dumps(result, indent=2) + "\n")
    return 1 if any(row.get("refused") for row in result["rows"]) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="holds kernels.json, step.json or both; torch.json goes there")
    parser.add_argument("--dry-run", action="store_true", help="list what would be timed")
    parser.add_argument("--seconds", type=float, default=60, help="time for all cases")
    options = parser.parse_args()
    kernels, steps = read(options.folder, "kernels"), read(options.folder, "step")
    suites = [suite for suite in (kernels, steps) if suite]
    if not suites:
        sys.exit(f"error: {options.folder} has no kernels.json and no step.json. Measure GpuLm first.")
    cases = [*(kernel_cases(kernels) if kernels else []), *(step_cases(steps) if steps else [])]
    if not options.dry_run:
        return measure(options.folder, suites, cases, options.seconds)
    for case in cases:
        print(case["what"], case["shape"], case["precision"], sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main())
