"""Loads a checkpoint as PyTorch does and tells what it found: read_run.py CHECKPOINT OUT."""
import pickletools
import sys
import zipfile

import torch

checkpoint = torch.load(sys.argv[1])
with zipfile.ZipFile(sys.argv[1]) as archive:
    pickle = archive.read("archive/data.pkl")
names_used = sorted({arg for op, arg, _ in pickletools.genops(pickle) if op.name == "GLOBAL"})
model = checkpoint["model"]


class Adam(torch.optim.Optimizer):
    def __init__(self, params):
        betas = (0.1, 0.2)
        super().__init__(
            params, dict(lr=1.0, bias_correction=True, betas=betas, eps=1.0, weight_decay=0.5)
        )


names = [name for name in model if name not in ("prior.x_out.weight", "bottleneck.k")]
parameters = [torch.nn.Parameter(model[name].clone()) for name in names]
optimizer = Adam(parameters)
fresh = optimizer.state_dict()
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: step / 100)
optimizer.load_state_dict(checkpoint["opt"])
schedule.step(checkpoint["step"])
again = optimizer.state_dict()
torch.save(
    {
        "keys": list(checkpoint),
        "globals": names_used,
        "type": type(model).__name__,
        "names": list(model),
        "dtypes": [str(tensor.dtype) for tensor in model.values()],
        "tied": model["prior.x_out.weight"].data_ptr() == model["prior.x_emb.weight"].data_ptr(),
        "model": dict(model),
        "group_keys": list(checkpoint["opt"]["param_groups"][0]),
        "expected_keys": list(fresh["param_groups"][0]),
        "lr": again["param_groups"][0]["lr"],
        "group": again["param_groups"][0],
        "state": again["state"],
        "hps": checkpoint["hps"],
        "hps_types": {key: type(value).__name__ for key, value in checkpoint["hps"].items()},
        "step": checkpoint["step"],
        "step_type": type(checkpoint["step"]).__name__,
    },
    sys.argv[2],
)
