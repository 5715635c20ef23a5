"""Writes a checkpoint as a run in PyTorch does: write_run.py IN OUT legacy|zip half|single.

IN holds the parameters by name, and which of them are kept in half precision.
"""
import collections
import sys

import torch

job = torch.load(sys.argv[1])
legacy = sys.argv[3] == "legacy"
half = sys.argv[4] == "half"
torch.manual_seed(5)

model = collections.OrderedDict()
state = {}
ids = []
for index, (name, values) in enumerate(job["parameters"].items()):
    is_half = name in job["halves"]
    values = values.half() if is_half else values
    model[("module." if legacy else "") + name] = values
    # Before PyTorch 1.5 parameters were known by their addresses.
    key = 140_000_000_000_000 + 64 * (7 - index) if legacy else index
    ids.append(key)
    if index == 4:
        continue
    moments = {
        "step": 17 if legacy else torch.tensor(17.0),
        "exp_avg": torch.randn(values.shape),
        "exp_avg_sq": torch.rand(values.shape),
    }
    if half and is_half:
        moments["exp_avg"] = moments["exp_avg"].half()
        moments["exp_avg_sq"] = moments["exp_avg_sq"].half()
        moments["scale_exp_avg"] = 0.25
        moments["scale_exp_avg_sq"] = 0.5
    state[key] = moments
prefix = "module." if legacy else ""
model[prefix + "prior.x_out.weight"] = model[prefix + "prior.x_emb.weight"]
model[prefix + "bottleneck.k"] = torch.arange(6.0).reshape(2, 3)
group = dict(lr=1e-4, bias_correction=True, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
checkpoint = {
    "hps": {"lr": 1e-4, "blocks": None, "downs_t": (3, 2), "odd": {"a": 1}},
    "model": model,
    "opt": {"state": state, "param_groups": [{**group, "initial_lr": 1e-4, "params": ids}]},
    "step": 17 if legacy else torch.tensor(17),
}
torch.save(checkpoint, sys.argv[2], _use_new_zipfile_serialization=not legacy)
