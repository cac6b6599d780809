"""What PyTorch does of what GpuLm does: kernels by the names of GpuLm's benchmarks, and training steps of a GPT-2.

Importing this needs no PyTorch; a Device gets it.
"""
import contextlib
import itertools
import math
import time

LEARNING_RATE = 3e-4

# Layers, heads, channels, vocabulary: GpuLm.Bench.Steps.StepModel has the same. A row's FLOPs tell whether it is still so.
MODELS = {
    "0.9M": (4, 4, 128, 512),
    "10.8M": (6, 6, 384, 65),
    "124M": (12, 12, 768, 50257),
    "ugly": (3, 3, 21, 47),
}


def padded(columns):
    """Elements from one row to the next: PyTorch's products are slow on rows that are not aligned."""
    return (columns + 63) // 64 * 64


class Device:
    """Makes numbers on the device and times calls there."""

    def __init__(self, torch):
        self.torch, self.name = torch, "cuda"
        torch.manual_seed(1)

    def uniform(self, *shape, dtype):
        """Numbers evenly distributed in [-1, 1)."""
        return self.torch.rand(*shape, device=self.name).mul_(2).sub_(1).to(dtype)

    def block(self, call, count):
        """Seconds of one of so many calls, by the device's clock."""
        start, end = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        for _ in range(count):
            call()
        end.record()
        end.synchronize()
        return start.elapsed_time(end) / 1000 / count

    def measure(self, call, seconds, least=5, most=60):
        """Seconds of one call for each block; a fifth of the time warms up."""
        begin = time.perf_counter()
        one = self.block(call, 1)
        while time.perf_counter() - begin < seconds / 5:
            one = min(one, self.block(call, 1))
        count = max(1, min(10000, math.ceil(0.01 / max(one, 1e-9))))
        times = []
        while len(times) < least or (len(times) < most and time.perf_counter() - begin < seconds):
            times.append(self.block(call, count))
        return times

    def check(self, results):
        """A peer that computes nothing would be an easy one."""
        for result in results:
            # A slice: reducing all of a large result would take its size again in fp32.
            values = result.detach().flatten()[: 1 << 20].float()
            if not bool(self.torch.isfinite(values).all()) or not bool(values.any()):
                raise ValueError("the result is zero or not finite")


# Each takes the device, the operands' type and the row's sizes by name, and returns a call; a call returns its results.


def matmul(transpose_a, transpose_b, bias=False):
    def make(device, dtype, sizes):
        m, n, k = sizes["M"], sizes["N"], sizes["K"]
        uniform = lambda rows, columns: device.uniform(rows, padded(columns), dtype=dtype)[:, :columns]
        a = uniform(k, m).t() if transpose_a else uniform(m, k)
        b = uniform(n, k).t() if transpose_b else uniform(k, n)
        c = device.torch.empty(m, padded(n), device=device.name, dtype=dtype)[:, :n]
        if bias:
            row = device.uniform(n, dtype=dtype)
            return lambda: (device.torch.addmm(row, a, b, out=c),)
        return lambda: (device.torch.matmul(a, b, out=c),)

    return make


def attention(backward):
    def make(device, dtype, sizes):
        batch, length, heads, kv_heads, size = (sizes[name] for name in ("B", "T", "H", "KV", "D"))
        # As a GPT lays them out: [B, T, H, D] in memory.
        part = lambda count: device.uniform(batch, length, count, size, dtype=dtype).transpose(1, 2).requires_grad_(backward)
        q, k, v, above = part(heads), part(kv_heads), part(kv_heads), part(heads).detach()
        forward = lambda: device.torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=heads != kv_heads)
        if not backward:
            return lambda: (forward(),)
        output = forward()
        return lambda: device.torch.autograd.grad(output, (q, k, v), above, retain_graph=True)

    return make


def layer_norm(backward):
    def make(device, dtype, sizes):
        torch, rows, columns = device.torch, sizes["rows"], sizes["columns"]
        x, above = device.uniform(rows, columns, dtype=dtype), device.uniform(rows, columns, dtype=dtype)
        weight, bias = device.uniform(columns, dtype=dtype), device.uniform(columns, dtype=dtype)
        if not backward:
            return lambda: (torch.nn.functional.layer_norm(x, (columns,), weight, bias),)
        _, mean, rstd = torch.native_layer_norm(x, [columns], weight, bias, 1e-5)
        gradient = torch.ops.aten.native_layer_norm_backward
        return lambda: gradient(above, x, [columns], mean, rstd, weight, bias, [True, True, True])

    return make


def gelu(approximate, backward):
    def make(device, dtype, sizes):
        torch = device.torch
        x, above = (device.uniform(sizes["rows"], sizes["columns"], dtype=dtype) for _ in range(2))
        if not backward:
            return lambda: (torch.nn.functional.gelu(x, approximate=approximate),)
        return lambda: (torch.ops.aten.gelu_backward(above, x, approximate=approximate),)

    return make


def softmax(device, dtype, sizes):
    x = device.uniform(sizes["rows"], sizes["columns"], dtype=dtype)
    return lambda: (device.torch.softmax(x, dim=-1),)


def cross_entropy(device, dtype, sizes):
    rows, vocabulary = sizes["rows"], sizes["columns"]
    logits = device.uniform(rows, padded(vocabulary), dtype=dtype)[:, :vocabulary].requires_grad_()
    targets = device.torch.randint(vocabulary, (rows,), device=device.name)

    def call():
        loss = device.torch.nn.functional.cross_entropy(logits, targets)
        return (loss, *device.torch.autograd.grad(loss, logits))

    return call


def adamw(device, dtype, sizes):
    """The fp32 masters, in both precisions: PyTorch's autocast keeps no copy in bf16."""
    torch = device.torch
    parameter = torch.nn.Parameter(device.uniform(sizes["elements"], dtype=torch.float32))
    parameter.grad = device.uniform(sizes["elements"], dtype=torch.float32)
    optimizer = torch.optim.AdamW([parameter], lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1, fused=True)

    def call():
        optimizer.step()
        return (parameter,)

    return call


def triad(device, dtype, sizes):
    a, b = (device.uniform(sizes["elements"], dtype=dtype) for _ in range(2))
    y = device.torch.empty_like(a)
    return lambda: (device.torch.add(a, b, alpha=3, out=y),)


def copy(device, dtype, sizes):
    x = device.uniform(sizes["elements"], dtype=dtype)
    y = device.torch.empty_like(x)
    return lambda: (y.copy_(x),)


KERNELS = {
    "MatMul.NN": matmul(False, False), "MatMul.NT": matmul(False, True), "MatMul.TN": matmul(True, False),
    "MatMul.Bias": matmul(False, False, bias=True),
    "Attention.Forward": attention(False), "Attention.Backward": attention(True),
    "LayerNorm.Forward": layer_norm(False), "LayerNorm.Backward": layer_norm(True),
    "Gelu.Tanh": gelu("tanh", False), "Gelu.TanhBackward": gelu("tanh", True),
    "Gelu.Erf": gelu("none", False), "Gelu.ErfBackward": gelu("none", True),
    "Softmax.Forward": softmax, "CrossEntropy.ForwardBackward": cross_entropy, "AdamW.Step": adamw, "Probe.Triad": triad, "copy": copy,
}


def flash_only(device, what):
    """The attention that the bar names: PyTorch may choose another, which is slower or has no backward pass."""
    if not what.startswith("Attention"):
        return contextlib.nullcontext()
    from torch.nn.attention import SDPBackend, sdpa_kernel

    return sdpa_kernel(SDPBackend.FLASH_ATTENTION)


def kernel(device, case, seconds):
    """Times of a kernel, in the precision of our row."""
    torch = device.torch
    torch.set_float32_matmul_precision("high" if case["precision"] == "tf32" else "highest")
    dtype = torch.bfloat16 if case["precision"] == "bf16" else torch.float32
    copies = max(1, min(64, 1 + int(2 * case["cache"] / case["bytes"])))
    with flash_only(device, case["what"]) if dtype is torch.bfloat16 else contextlib.nullcontext():
        calls = [KERNELS[case["what"]](device, dtype, case["sizes"]) for _ in range(copies)]
        device.check(calls[0]())
        turn = itertools.cycle(calls)
        times = device.measure(lambda: next(turn)(), seconds)
        device.check(calls[-1]())
    return times, {}


def gpt(device, layers, heads, channels, context, vocabulary):
    """A GPT-2 with the output layer tied to the token embedding, as PyTorch's own modules spell it."""
    torch, nn = device.torch, device.torch.nn

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

    return Gpt().to(device.name)


def step(device, case, seconds):
    """Forward, backward, clipping and AdamW on one seeded batch: autocast, compiled, fused AdamW, a padded vocabulary."""
    torch, sizes = device.torch, case["sizes"]
    begin = time.perf_counter()
    layers, heads, channels, words = MODELS[sizes["model"]]
    batch, length, vocabulary = sizes["batch"], sizes["context"], padded(words)
    torch.compiler.reset()
    torch.cuda.reset_peak_memory_stats()
    torch.set_float32_matmul_precision("highest" if case["precision"] == "fp32" else "high")
    model = gpt(device, layers, heads, channels, length, vocabulary)
    loss_of = torch.compile(model, dynamic=False)
    matrices = [p for p in model.parameters() if p.dim() > 1]
    rest = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}], lr=LEARNING_RATE, betas=(0.9, 0.99), fused=True)
    # Some tokens are far more frequent than others, as in a text, so that there is something to learn.
    text = (torch.rand(batch * length + 1, device=device.name) ** 3 * words).long().clamp_(max=words - 1)
    inputs, targets = text[:-1].view(batch, length), text[1:].view(batch, length)
    losses = []

    def call():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device_type=device.name, dtype=torch.bfloat16, enabled=case["precision"] == "bf16"):
            loss = loss_of(inputs, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        # A trainer looks at its loss: this waits for the device once a step, on both sides.
        losses.append(loss.item())

    for _ in range(3):
        call()
    # Compiling counts, which may have taken all the time: then a few steps are timed.
    times = device.measure(call, seconds - (time.perf_counter() - begin))
    if not (abs(losses[0] - math.log(vocabulary)) <= 0.5 and losses[-1] < losses[0]):
        raise ValueError(f"the loss went from {losses[0]} to {losses[-1]}: nothing was learned")
    return times, {"memory, bytes": torch.cuda.max_memory_allocated(), "first loss": losses[0], "last loss": losses[-1]}
