"""Steps of Adam with PyTorch's arithmetic in single precision: adam_steps.py IN OUT."""
import math
import sys

import torch

job = torch.load(sys.argv[1])
beta1, beta2 = job["betas"]
results = []
for entry in job["parameters"]:
    p = entry["p"].clone()
    m = torch.zeros_like(p)
    v = torch.zeros_like(p)
    state = {}
    for t, gradient in enumerate(entry["grads"], 1):
        if state:
            m = state["exp_avg"].float() * state["scale_exp_avg"]
            v = state["exp_avg_sq"].float() * state["scale_exp_avg_sq"]
        g = gradient / job["scale"]
        m = m * beta1 + (1 - beta1) * g
        v = v * beta2 + (1 - beta2) * g * g
        size = job["lr"] * math.sqrt(1 - beta2**t) / (1 - beta1**t)
        p = p - size * (m / (v.sqrt() + job["eps"]) + job["weight_decay"] * p)
        if entry["half"]:
            for key, moment in (("exp_avg", m), ("exp_avg_sq", v)):
                scale = 1e-8 + float(moment.abs().max()) / 65504
                state["scale_" + key] = scale
                state[key] = (moment / scale).half()
    results.append({"p": p, "exp_avg": m, "exp_avg_sq": v, **state})
torch.save(results, sys.argv[2])
