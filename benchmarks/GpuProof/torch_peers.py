#!/usr/bin/env python3
"""Measures PyTorch on the cases of cases.json, in the file format of gpulm-proof.

    torch_peers.py kernels --json torch.json     the kernels
    torch_peers.py step --json torch.json        whole training steps of GPT-2 124M, compiled
    torch_peers.py list                          the cases; needs no PyTorch

--dry-run --device cpu runs every case once on tiny sizes. Times are CUDA events around blocks of calls after a warm-up; a figure is the
median block. Inputs are seeded and nowhere zero. Every case's working set is larger than the L2 cache of the GPUs at hand (60 MB), so
nothing is flushed.
"""
import argparse
import contextlib
import datetime
import gc
import json
import math
import pathlib
import platform
import statistics
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
LEARNING_RATE = 3e-4


def tiny(case):
    """The same sizes as CaseSpec.Tiny."""
    op, shape = case["op"], case["shape"]
    if op == "step":
        shape = [2, 16, 1, 2, 128, 61]
    elif op.startswith("attention"):
        shape = [2, 40, 2, shape[3]]
    elif len(shape) == 1:
        shape = [1000]
    else:
        shape = [min(size, 41 - i) for i, size in enumerate(shape)]
    return {**case, "shape": shape}


class Peer:
    """The device, and how to make numbers, time calls and check results on it."""

    def __init__(self, torch, device, dry_run):
        self.torch, self.device, self.dry_run = torch, device, dry_run
        self.on_gpu = device.startswith("cuda")
        torch.manual_seed(1)
        torch.set_float32_matmul_precision("high")

    def uniform(self, *shape, dtype=None):
        """Numbers evenly distributed in [-1, 1)."""
        return self.torch.rand(*shape, device=self.device).mul_(2).sub_(1).to(dtype or self.torch.bfloat16)

    def synchronize(self):
        if self.on_gpu:
            self.torch.cuda.synchronize()

    def block(self, call, count):
        """Milliseconds of one of so many calls."""
        if self.on_gpu:
            start, end = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
            start.record()
            for _ in range(count):
                call()
            end.record()
            end.synchronize()
            return start.elapsed_time(end) / count
        begin = time.perf_counter()
        for _ in range(count):
            call()
        return (time.perf_counter() - begin) * 1000 / count

    def measure(self, call, seconds, least=3, most=100):
        """Median, quartiles and number of blocks; a fifth of the time warms up."""
        begin = time.perf_counter()
        one = self.block(call, 1)
        while time.perf_counter() - begin < seconds / 5:
            one = min(one, self.block(call, 1))
        count = max(1, min(1000, math.ceil(10 / max(one, 1e-6))))
        if self.dry_run:
            count = 1
        times = []
        while len(times) < least or (len(times) < most and time.perf_counter() - begin < seconds):
            times.append(self.block(call, count))
        q1, median, q3 = statistics.quantiles(times, n=4, method="inclusive")
        return {"milliseconds": median, "q1": q1, "q3": q3, "repetitions": len(times)}

    def check(self, *results):
        """A peer that computes nothing would be an easy one."""
        for result in results:
            # A slice: reducing all of a large result would take its size again in fp32.
            values = result.detach().flatten()[: 1 << 20].float()
            if not bool(self.torch.isfinite(values).all()) or not bool(values.any()):
                raise ValueError("the result is zero or not finite")


def copy(peer, case):
    x = peer.uniform(case["shape"][0], dtype=peer.torch.float32)
    y = peer.torch.empty_like(x)
    return lambda: (y.copy_(x),), "fp32", 2 * 4 * x.numel(), "GB/s"


def padded(columns):
    """Elements from one row to the next, as ProofCase.Padded: PyTorch's products are slow on rows that are not aligned."""
    return (columns + 63) // 64 * 64


def matmul(peer, case):
    m, n, k = case["shape"]
    a = peer.uniform(k, padded(m))[:, :m].t() if case["variant"][0] == "T" else peer.uniform(m, padded(k))[:, :k]
    b = peer.uniform(n, padded(k))[:, :k].t() if case["variant"][1] == "T" else peer.uniform(k, padded(n))[:, :n]
    c = peer.torch.empty(m, padded(n), device=peer.device, dtype=a.dtype)[:, :n]
    return lambda: (peer.torch.matmul(a, b, out=c),), "bf16", 2.0 * m * n * k, "TFLOP/s"


def attention(peer, case):
    batch, length, heads, size = case["shape"]
    backward = case["op"].endswith("backward")
    # As a GPT lays them out: [B, T, H, D] in memory.
    q, k, v = (peer.uniform(batch, length, heads, size).transpose(1, 2).requires_grad_(backward) for _ in range(3))
    above = peer.uniform(batch, length, heads, size).transpose(1, 2)

    def call():
        output = peer.torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return (output, *peer.torch.autograd.grad(output, (q, k, v), above)) if backward else (output,)

    pairs = batch * heads * length * length / 2
    return call, "bf16", (3.5 if backward else 1) * 4 * size * pairs, "TFLOP/s"


def layernorm(peer, case):
    torch, (rows, columns) = peer.torch, case["shape"]
    x, above, weight, bias = peer.uniform(rows, columns), peer.uniform(rows, columns), peer.uniform(columns), peer.uniform(columns)
    if case["variant"] == "forward":
        return lambda: (torch.nn.functional.layer_norm(x, (columns,), weight, bias),), "bf16", 2 * 2 * x.numel(), "GB/s"
    _, mean, rstd = torch.native_layer_norm(x, [columns], weight, bias, 1e-5)
    backward = torch.ops.aten.native_layer_norm_backward
    return lambda: backward(above, x, [columns], mean, rstd, weight, bias, [True, True, True]), "bf16", 3 * 2 * x.numel(), "GB/s"


def gelu(peer, case):
    torch, (rows, columns) = peer.torch, case["shape"]
    x, above = peer.uniform(rows, columns), peer.uniform(rows, columns)
    if case["variant"] == "forward":
        return lambda: (torch.nn.functional.gelu(x, approximate="tanh"),), "bf16", 2 * 2 * x.numel(), "GB/s"
    return lambda: (torch.ops.aten.gelu_backward(above, x, approximate="tanh"),), "bf16", 3 * 2 * x.numel(), "GB/s"


def adamw(peer, case):
    parameter = peer.torch.nn.Parameter(peer.uniform(case["shape"][0], dtype=peer.torch.float32))
    parameter.grad = peer.uniform(case["shape"][0], dtype=peer.torch.float32)
    optimizer = peer.torch.optim.AdamW([parameter], lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1, fused=True)

    def call():
        optimizer.step()
        return (parameter,)

    return call, "fp32", 7 * 4 * parameter.numel(), "GB/s"


def cross_entropy(peer, case):
    rows, vocabulary = case["shape"]
    logits = peer.uniform(rows, vocabulary).requires_grad_()
    targets = peer.torch.randint(vocabulary, (rows,), device=peer.device)

    def call():
        loss = peer.torch.nn.functional.cross_entropy(logits, targets)
        return (loss, *peer.torch.autograd.grad(loss, logits))

    return call, "bf16", 2 * 2 * logits.numel(), "GB/s"


KERNELS = {
    "copy": copy, "matmul": matmul, "attention forward": attention, "attention forward+backward": attention, "layernorm": layernorm,
    "gelu": gelu, "adamw": adamw, "cross-entropy": cross_entropy,
}


def flash_only(peer, case):
    """The attention that the bar names; elsewhere, and on a CPU, nothing is chosen."""
    if not (peer.on_gpu and case["op"].startswith("attention")):
        return contextlib.nullcontext()
    from torch.nn.attention import SDPBackend, sdpa_kernel
    return sdpa_kernel(SDPBackend.FLASH_ATTENTION)


def kernel(peer, case, seconds):
    """One kernel's figures."""
    call, precision, work, unit = KERNELS[case["op"]](peer, case)
    with flash_only(peer, case):
        peer.check(*call())
        figures = peer.measure(call, seconds)
        peer.check(*call())
    if peer.on_gpu and case["op"].startswith("attention"):
        chosen = peer.measure(call, seconds / 4)
        figures["detail"] = f"flash backend; with the backend that PyTorch chooses {chosen['milliseconds']:.4g} ms"
    scale = 1e12 if unit == "TFLOP/s" else 1e9
    return {"precision": precision, **figures, "rate": work / scale / (figures["milliseconds"] / 1000), "unit": unit}


def gpt(peer, layers, heads, channels, context, vocabulary):
    """A GPT-2 with the output layer tied to the token embedding, as PyTorch's own modules spell it."""
    torch, nn = peer.torch, peer.torch.nn

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.ln_1, self.ln_2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
            self.qkv, self.project = nn.Linear(channels, 3 * channels), nn.Linear(channels, channels)
            self.up, self.down = nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)

        def forward(self, x):
            batch, length, _ = x.shape
            parts = self.qkv(self.ln_1(x)).split(channels, dim=2)
            q, k, v = (part.view(batch, length, heads, channels // heads).transpose(1, 2) for part in parts)
            y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.project(y.transpose(1, 2).reshape(batch, length, channels))
            return x + self.down(nn.functional.gelu(self.up(self.ln_2(x)), approximate="tanh"))

    class Gpt(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.positions = nn.Embedding(vocabulary, channels), nn.Embedding(context, channels)
            self.blocks, self.ln_f = nn.ModuleList(Block() for _ in range(layers)), nn.LayerNorm(channels)
            for name, parameter in self.named_parameters():
                if "ln_" in name:
                    continue
                deviation = 0.02 / math.sqrt(2 * layers) if "project" in name or "down" in name else 0.02
                nn.init.zeros_(parameter) if name.endswith("bias") else nn.init.normal_(parameter, std=deviation)

        def forward(self, inputs, targets):
            x = self.tokens(inputs) + self.positions(torch.arange(inputs.shape[1], device=inputs.device))
            for block in self.blocks:
                x = block(x)
            logits = nn.functional.linear(self.ln_f(x), self.tokens.weight)
            return nn.functional.cross_entropy(logits.view(-1, vocabulary), targets.view(-1))

    return Gpt().to(peer.device)


def step(peer, case, seconds):
    """Forward, backward, clipping and AdamW on one seeded batch: bf16 autocast, compiled, fused AdamW."""
    torch = peer.torch
    batch, length, layers, heads, channels, vocabulary = case["shape"]
    if peer.on_gpu:
        torch.compiler.reset()
        torch.cuda.reset_peak_memory_stats()
    model = gpt(peer, layers, heads, channels, length, vocabulary)
    loss_of = torch.compile(model, dynamic=False) if peer.on_gpu else model
    matrices = [p for p in model.parameters() if p.dim() > 1]
    rest = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}], lr=LEARNING_RATE, betas=(0.9, 0.99), fused=True)
    # Some tokens are far more frequent than others, as in a text, so that there is something to learn.
    text = (torch.rand(batch * length + 1, device=peer.device) ** 3 * vocabulary).long().clamp_(max=vocabulary - 1)
    inputs, targets = text[:-1].view(batch, length), text[1:].view(batch, length)
    losses = []

    def call():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device_type=peer.device.split(":")[0], dtype=torch.bfloat16):
            loss = loss_of(inputs, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.detach())

    for _ in range(1 if peer.dry_run else 3):
        call()
    figures = peer.measure(call, seconds)
    first, last = float(losses[0]), float(losses[-1])
    if not (abs(first - math.log(vocabulary)) <= 0.5 and last < first):
        raise ValueError(f"the loss went from {first} to {last}: nothing was learned")
    how = f", {torch.cuda.max_memory_allocated() / 1e9:.1f} GB, compiled" if peer.on_gpu else ", not compiled"
    return {
        "precision": "bf16", **figures, "rate": batch * length / (figures["milliseconds"] / 1000), "unit": "tokens/s",
        "detail": f"loss {first:.3f} to {last:.3f} in {len(losses)} steps on one batch{how}",
    }


def machine(torch, device):
    """Where and with what this side was measured."""
    commit = HERE / "COMMIT"
    return {
        "device": torch.cuda.get_device_name() if device.startswith("cuda") else platform.processor() or "cpu",
        "software": f"Python {platform.python_version()}, PyTorch {torch.__version__}, CUDA {torch.version.cuda}",
        "commit": commit.read_text().strip() if commit.exists() else "unknown",
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%MZ"),
        "command": "torch_peers.py " + " ".join(sys.argv[1:]),
    }


def measure(cases, options):
    """Measures all cases; one that fails says why and the rest goes on. Returns whether all have figures."""
    import torch

    peer = Peer(torch, options.device, options.dry_run)
    path = pathlib.Path(options.json) if options.json else None
    report = {"side": "PyTorch", "machine": machine(torch, options.device), "results": []}
    if path and path.exists():
        report = json.loads(path.read_text())
    begin, good = time.monotonic(), True
    if options.round % 2 == 0:
        # What drifts during a round, and what its end has no time for, meets other cases in the next.
        cases = cases[::-1]
    for i, case in enumerate(cases):
        left = options.seconds - (time.monotonic() - begin)
        result = {"round": options.round, "name": case["name"], "shape": "x".join(map(str, case["shape"])), "precision": "bf16"}
        if left <= 0 and not options.dry_run:
            result["reason"] = f"the {options.seconds} s were used up"
        else:
            try:
                share = 0 if options.dry_run else left / (len(cases) - i)
                result.update((step if case["op"] == "step" else kernel)(peer, case, share))
            except Exception as failure:  # whatever goes wrong in one case, the others are still worth measuring
                good = False
                result["reason"] = f"{type(failure).__name__}: {str(failure).splitlines()[0] if str(failure) else ''}"
        gc.collect()
        if peer.on_gpu:
            torch.cuda.empty_cache()
        print(json.dumps(result), flush=True)
        report["results"] = [r for r in report["results"] if (r["name"], r["round"]) != (case["name"], options.round)] + [result]
        if path:
            path.write_text(json.dumps(report, indent=2) + "\n")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["kernels", "step", "list"])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--dry-run", action="store_true", help="every case once on tiny sizes")
    parser.add_argument("--only", default="", help="only cases whose names contain this")
    parser.add_argument("--seconds", type=float, default=60, help="time for all cases")
    parser.add_argument("--round", type=int, default=1, help="which turn of this side")
    parser.add_argument("--json", help="file that the results are added to")
    options = parser.parse_args()
    cases = json.loads((HERE / "cases.json").read_text())["cases"]
    unknown = [case["name"] for case in cases if case["op"] != "step" and case["op"] not in KERNELS]
    if unknown:
        parser.error(f"no peer for {unknown}")
    if options.command == "list":
        for case in cases:
            print(case["name"], "x".join(map(str, tiny(case)["shape"] if options.dry_run else case["shape"])), sep="\t")
        return 0
    cases = [case for case in cases if (case["op"] == "step") == (options.command == "step") and options.only in case["name"]]
    return 0 if measure([tiny(case) for case in cases] if options.dry_run else cases, options) else 1


if __name__ == "__main__":
    sys.exit(main())
