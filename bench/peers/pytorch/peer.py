"""VGG16 in PyTorch with the weights of an ONNX file. Takes commands from its standard input, a line each (run, classify PICTURE,
decode PICTURE, ready), and answers each with a line of JSON; ends when that input ends.

    python3 peer.py MODEL_FOLDER
"""
import json
import os
import sys
import time

import numpy as np
import PIL
import torch
import torch.nn.functional as F
from PIL import Image

FOLDER = sys.argv[1]
MEANS = np.array([103.939, 116.779, 123.68], np.float32)  # blue, green, red: Keras's for VGG16


def fields(message):
    """Field numbers and values of a protobuf message."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            length = {1: 8, 2: None, 5: 4}[key & 7]
            length = varint() if length is None else length
            yield key >> 3, message[at:at + length]
            at += length


def varints(packed):
    """The numbers of a packed field."""
    value = shift = 0
    for byte in packed:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0


def read():
    """The graph's nodes (kind, inputs, output) and its weights, mapped from their file."""
    with open(os.path.join(FOLDER, 'model.onnx'), 'rb') as file:
        graph = next(value for number, value in fields(file.read()) if number == 7)  # ModelProto.graph
    weights = np.memmap(os.path.join(FOLDER, 'model.weights'), np.float32, 'c')
    nodes, tensors = [], {}
    for number, value in fields(graph):
        if number == 1:  # GraphProto.node: input 1, output 2, op_type 4
            parts = list(fields(value))
            texts = lambda wanted: [text.decode() for part, text in parts if part == wanted]
            nodes.append((texts(4)[0], texts(1), texts(2)[0]))
        elif number == 5:  # GraphProto.initializer: dims 1, name 8, external_data 13
            parts = list(fields(value))
            shape = [size for part, packed in parts if part == 1 for size in ([packed] if isinstance(packed, int) else varints(packed))]
            name = next(text.decode() for part, text in parts if part == 8)
            where = {entry[1].decode(): entry[2].decode() for part, pair in parts if part == 13 for entry in [dict(fields(pair))]}
            first = int(where['offset']) // 4
            tensors[name] = torch.from_numpy(weights[first:first + int(where['length']) // 4].reshape(shape))
    return nodes, tensors


STEPS = {
    'Conv': lambda x, kernel, bias: F.conv2d(x, kernel, bias, padding=1),
    'Relu': F.relu,
    'MaxPool': lambda x: F.max_pool2d(x, 2),
    'Flatten': lambda x: torch.flatten(x, 1),
    'Gemm': lambda x, kernel, bias: torch.addmm(bias, x, kernel),
    'Softmax': lambda x: torch.softmax(x, 1),
}


def run(image):
    with torch.inference_mode():
        x = torch.from_numpy(image)
        for kind, inputs, _ in NODES:
            x = STEPS[kind](x, *(WEIGHTS[name] for name in inputs[1:]))
        return x[0].numpy()


def tensor_of(path):
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert('RGB').resize((224, 224), Image.NEAREST), np.float32)
    return np.ascontiguousarray((pixels[..., ::-1] - MEANS).transpose(2, 0, 1)[None])


def classify(path):
    probabilities = run(tensor_of(path))
    best = np.argsort(-probabilities)[:5]
    return [{'rank': place + 1, 'classId': LABELS[str(index)][0], 'label': LABELS[str(index)][1], 'probability': float(probabilities[index])}
            for place, index in enumerate(best)]


def timed(work):
    start = time.perf_counter()
    predictions = work()
    ms = (time.perf_counter() - start) * 1000
    return {'ms': ms, 'predictions': predictions} if isinstance(predictions, list) else {'ms': ms}


torch.set_num_threads(os.cpu_count())
NODES, WEIGHTS = read()
with open(os.path.join(FOLDER, 'labels.json'), encoding='utf-8') as file:
    LABELS = json.load(file)
BLANK = np.zeros((1, 3, 224, 224), np.float32)
COMMANDS = {
    'run': lambda _: timed(lambda: run(BLANK)),
    'classify': lambda path: timed(lambda: classify(path)),
    'decode': lambda path: timed(lambda: tensor_of(path)),
    'ready': lambda _: {'versions': f'Python {sys.version.split()[0]}, PyTorch {torch.__version__}, Pillow {PIL.__version__}'},
}
for line in sys.stdin:
    command, _, argument = line.strip().partition(' ')
    print(json.dumps(COMMANDS[command](argument)), flush=True)
