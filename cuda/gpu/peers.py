"""What PyTorch reaches on the same device at the shapes of KernelBenchmark, where it is installed.

python3 peers.py results.jsonl copy-gigabytes
"""

import json
import math
import sys

import torch
import torch.nn.functional as F

COLD_BYTES = 512 << 20
SAMPLES = 5


def seconds(body, least=0.05):
    """The median time of a graph of the body's operations."""
    body()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        body()

    def sample(launches):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        for _ in range(launches):
            graph.replay()
        end.record()
        end.synchronize()
        return start.elapsed_time(end) * 1e-3

    sample(1)
    launches = max(1, math.ceil(least / max(1e-7, sample(1))))
    return sorted(sample(launches) for _ in range(SAMPLES))[SAMPLES // 2] / launches


def report(results, kernel, shape, time, size=0.0, flops=0.0):
    print(
        f"{time * 1e6:11.2f} us {size / time * 1e-9:9.1f} GB/s {flops / time * 1e-12:8.1f} TFLOP/s"
        f"  {kernel}: {shape}",
        flush=True,
    )
    line = {
        "benchmark": "pytorch",
        "version": torch.__version__,
        "device": torch.cuda.get_device_name(),
        "kernel": kernel,
        "shape": shape,
        "microseconds": time * 1e6,
        "bytes": size,
        "flops": flops,
    }
    with open(results, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def attempt(results, kernel, shape, body, size=0.0, flops=0.0, operations=1):
    try:
        report(results, kernel, shape, seconds(body) / operations, size, flops)
    except Exception as error:  # one refusal must not stop the others
        print(f"     FAILED  {kernel}: {shape}: {str(error).splitlines()[0]}", flush=True)
    torch.cuda.empty_cache()


def copy(results, target):
    x = torch.randn(1 << 29, device="cuda")
    y = torch.empty_like(x)
    size = 2.0 * x.numel() * 4
    time = seconds(lambda: y.copy_(x))
    report(results, "copy", "2 GB to 2 GB", time, size)
    with open(target, "w", encoding="utf-8") as file:
        file.write(f"{size / time * 1e-9:.1f}")


def linear(results, rows, n_in, n_out, dtype, copies):
    weights = [torch.randn(n_out, n_in, device="cuda", dtype=dtype) * 0.02 for _ in range(copies)]
    x = torch.randn(rows, n_in, device="cuda", dtype=dtype)
    bias = torch.zeros(n_out, device="cuda", dtype=dtype)

    def body():
        for weight in weights:
            F.linear(x, weight, bias)

    size = weights[0].numel() * weights[0].element_size() + (n_in + n_out) * rows * x.element_size()
    shape = f"{rows}x{n_in}->{n_out} {str(dtype)[6:]}"
    attempt(results, "linear", shape, body, float(size), 2.0 * rows * n_in * n_out, copies)


def attention(results, heads, dim, batch, queries, keys, causal):
    """In half precision; and from fp32 to fp32 as our kernels have it, with and without halves inside."""
    single = [torch.randn(batch, heads, n, dim, device="cuda") for n in (queries, keys, keys)]
    half = [x.half() for x in single]
    pairs = batch * heads * (queries * (queries + 1) / 2 if causal else queries * keys)
    numbers = 2 * single[0].numel() + 2 * single[1].numel()
    shape = f"{heads}x{dim} batch {batch}, {queries} queries, {keys} keys{' causal' if causal else ''}"
    attend = lambda x: F.scaled_dot_product_attention(*x, is_causal=causal)
    for name, size, body in (
        ("float16", 2, lambda: attend(half)),
        ("float32", 4, lambda: attend(single)),
        ("float32 by float16", 4, lambda: attend([x.half() for x in single]).float()),
    ):
        attempt(
            results,
            "scaled_dot_product_attention",
            f"{shape} {name}",
            body,
            float(numbers * size),
            4.0 * pairs * dim,
        )


def main(results, copy_target):
    torch.backends.cuda.matmul.allow_tf32 = False
    copy(results, copy_target)
    half, bfloat = torch.float16, torch.bfloat16
    for dtype in (half, bfloat):
        linear(results, 8192, 8192, 8192, dtype, 1)
    for n_in, n_out in ((1920, 1440), (480, 1920), (1920, 1920), (1920, 2048), (2048, 1536), (4800, 4800)):
        copies = min(256, COLD_BYTES // (n_in * n_out * 2) + 1)
        for rows in (1, 16):
            linear(results, rows, n_in, n_out, half, copies)
        linear(results, 8192, n_in, n_out, half, 1)
    # Dense, and blocks as items of a batch: of their own positions, and of the block before.
    for heads, dim, positions, blocks in ((1, 480, 8192, 128), (2, 256, 6528, 64), (8, 150, 8192, 128)):
        block = positions // blocks
        attention(results, heads, dim, 1, positions, positions, True)
        attention(results, heads, dim, blocks, block, block, True)
        attention(results, heads, dim, block, blocks, blocks, True)
        attention(results, heads, dim, blocks, block, block, False)
        attention(results, heads, dim, 1, 1, positions, False)
        attention(results, heads, dim, 16, 1, positions, False)
    x = torch.randn(1_000_000, 64, device="cuda")
    codes = torch.randn(2048, 64, device="cuda")
    norms = (codes * codes).sum(1)
    attempt(
        results,
        "codebook",
        "1000000x64, 2048 codes, fp32",
        lambda: torch.addmm(norms, x, codes.t(), alpha=-2).argmin(1),
        float(x.numel() * 4),
        2.0 * x.shape[0] * codes.numel(),
    )
    for rows in (1, 16, 8192):
        y = torch.randn(rows, 1920, device="cuda")
        attempt(results, "layer norm", f"{rows}x1920", lambda: F.layer_norm(y, (1920,)), 2.0 * y.numel() * 4)
    for time, n_in, n_out, kernel, dilation in (
        (441000, 64, 64, 3, 1), (441000, 64, 64, 3, 27), (4096, 1024, 1024, 3, 81)
    ):
        z = torch.randn(1, n_in, time, device="cuda")
        w = torch.randn(n_out, n_in, kernel, device="cuda")
        attempt(
            results,
            "conv",
            f"{time}x{n_in}->{n_out} kernel {kernel} dilation {dilation} fp32",
            lambda: F.conv1d(z, w, padding=dilation, dilation=dilation),
            float((z.numel() + time * n_out) * 4),
            2.0 * time * kernel * n_in * n_out,
        )
    parameters = [torch.randn(1 << 26, device="cuda", requires_grad=True) for _ in range(4)]
    for parameter in parameters:
        parameter.grad = torch.randn_like(parameter)
    adam = torch.optim.Adam(parameters, fused=True, capturable=True)
    numbers = sum(parameter.numel() for parameter in parameters)
    attempt(results, "adam", f"{numbers} parameters, fused, fp32", adam.step, 7.0 * numbers * 4)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
