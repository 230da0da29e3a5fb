"""The forward pass of a LLaVA model in NumPy, differentiable by autograd.

Stock architecture: a CLIP vision tower (Radford et al., arXiv:2103.00020), a projector of two
layers (Liu et al., arXiv:2310.03744) and a Llama decoder (Touvron et al., arXiv:2302.13971) with
tied embeddings. One picture, one sequence, no cache. All arrays are float32: `np.mean` is avoided
because its gradient in autograd is float64.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import autograd.numpy as np
import numpy
from autograd.extend import defvjp, primitive
from numpy.typing import NDArray
from scipy import special

Weights = Mapping[str, NDArray[numpy.float32]]
Config = Mapping[str, Any]
"""A `config.json`, or the part of it for the vision tower or the decoder."""
Turn = tuple[NDArray[numpy.float32], NDArray[numpy.float32]]
"""Cosine and sine (tokens, width of a head) of the rotary position embedding."""
TOWER, PROJECTOR, DECODER = "vision_tower.", "multi_modal_projector.", "language_model.model."
"""What the names of the weights of each part begin with."""
MASKED = -1e9
"""Added to the attention score of a token that comes later."""


def answer_loss(
    pixels: Any, weights: Weights, config: Config, tokens: NDArray[numpy.int64], answer: int
) -> Any:
    """Mean cross-entropy of the last `answer` tokens, given the picture and all tokens before.

    Args:
        pixels: normalised picture (3, height, width).
        weights: by their names in the file.
        config: of the whole model.
        tokens: the sequence; one image token for every patch of the picture.
        answer: how many tokens at the end are predicted.
    """
    embeddings = weights[f"{DECODER}embed_tokens.weight"]
    text = config["text_config"]
    start, end = image_span(tokens, config["image_token_index"])
    shown = image_features(pixels, weights, config["vision_config"])
    hidden = np.concatenate([embeddings[tokens[:start]], shown, embeddings[tokens[end:]]])
    hidden = decode(hidden, weights, text)[-answer - 1 : -1]
    hidden = rms_norm(hidden, weights[f"{DECODER}norm.weight"], text["rms_norm_eps"])
    logits = hidden @ embeddings.T
    return -np.sum(log_softmax(logits)[numpy.arange(answer), tokens[-answer:]]) / answer


def image_span(tokens: NDArray[numpy.int64], image_token: int) -> tuple[int, int]:
    """Where the image tokens, which stand together, begin and end."""
    (places,) = numpy.nonzero(tokens == image_token)
    return int(places[0]), int(places[-1]) + 1


def image_features(pixels: Any, weights: Weights, config: Config) -> Any:
    """What the decoder is shown of a picture (3, height, width): a row for each patch."""
    patches = patch_rows(pixels, config["patch_size"])
    kernel = weights[f"{TOWER}embeddings.patch_embedding.weight"]
    token = weights[f"{TOWER}embeddings.class_embedding"][None]
    hidden = np.concatenate([token, patches @ kernel.reshape(len(kernel), -1).T])
    hidden = hidden + weights[f"{TOWER}embeddings.position_embedding.weight"]
    hidden = layer_norm(hidden, weights, f"{TOWER}pre_layrnorm", config["layer_norm_eps"])
    for layer in range(config["num_hidden_layers"]):
        hidden = vision_layer(hidden, weights, f"{TOWER}encoder.layers.{layer}.", config)
    hidden = linear(hidden[1:], weights, f"{PROJECTOR}linear_1")
    return linear(gelu(hidden), weights, f"{PROJECTOR}linear_2")


def patch_rows(pixels: Any, size: int) -> Any:
    """The patches of a picture (3, height, width), a flat row each, in reading order."""
    channels, height, width = pixels.shape
    grid = np.reshape(pixels, (channels, height // size, size, width // size, size))
    return np.reshape(np.transpose(grid, (1, 3, 0, 2, 4)), (-1, channels * size * size))


def vision_layer(hidden: Any, weights: Weights, name: str, config: Config) -> Any:
    """A layer of the vision tower; every patch sees every other."""
    normed = layer_norm(hidden, weights, f"{name}layer_norm1", config["layer_norm_eps"])
    query, key, value = (
        split_heads(
            linear(normed, weights, f"{name}self_attn.{part}_proj"), config["num_attention_heads"]
        )
        for part in "qkv"
    )
    mixed = attention(query, key, value)
    hidden = hidden + linear(mixed, weights, f"{name}self_attn.out_proj")
    normed = layer_norm(hidden, weights, f"{name}layer_norm2", config["layer_norm_eps"])
    wide = linear(normed, weights, f"{name}mlp.fc1")
    return hidden + linear(wide * sigmoid(1.702 * wide), weights, f"{name}mlp.fc2")


def decode(hidden: Any, weights: Weights, config: Config) -> Any:
    """The last hidden states (tokens, width) of the decoder before its final norm."""
    length, width = hidden.shape
    turn = rotation(
        length, width // config["num_attention_heads"], config["rope_parameters"]["rope_theta"]
    )
    for layer in range(config["num_hidden_layers"]):
        hidden = text_layer(hidden, weights, f"{DECODER}layers.{layer}.", config, turn)
    return hidden


def text_layer(
    hidden: Any,
    weights: Weights,
    name: str,
    config: Config,
    turn: Turn,
) -> Any:
    """A layer of the decoder; a token sees itself and those before it."""
    normed = rms_norm(hidden, weights[f"{name}input_layernorm.weight"], config["rms_norm_eps"])
    query, key, value = (
        split_heads(
            linear(normed, weights, f"{name}self_attn.{part}_proj"), config["num_attention_heads"]
        )
        for part in "qkv"
    )
    mixed = attention(rotate(query, turn), rotate(key, turn), value, causal_mask(len(hidden)))
    hidden = hidden + linear(mixed, weights, f"{name}self_attn.o_proj")
    normed = rms_norm(
        hidden, weights[f"{name}post_attention_layernorm.weight"], config["rms_norm_eps"]
    )
    gate = linear(normed, weights, f"{name}mlp.gate_proj")
    wide = gate * sigmoid(gate) * linear(normed, weights, f"{name}mlp.up_proj")
    return hidden + linear(wide, weights, f"{name}mlp.down_proj")


def linear(hidden: Any, weights: Weights, name: str) -> Any:
    """Rows times a matrix, and a bias if there is one."""
    product = hidden @ weights[f"{name}.weight"].T
    bias = f"{name}.bias"
    return product + weights[bias] if bias in weights else product


def split_heads(hidden: Any, heads: int) -> Any:
    """(tokens, width) -> (heads, tokens, width of a head)."""
    return np.transpose(np.reshape(hidden, (len(hidden), heads, -1)), (1, 0, 2))


def attention(query: Any, key: Any, value: Any, mask: NDArray[numpy.float32] | None = None) -> Any:
    """Scaled dot-product attention of all heads, put together again: (tokens, width)."""
    scores = np.matmul(query, np.transpose(key, (0, 2, 1))) * query.shape[-1] ** -0.5
    mixed = np.matmul(softmax(scores if mask is None else scores + mask), value)
    return np.reshape(np.transpose(mixed, (1, 0, 2)), (mixed.shape[1], -1))


def rotate(hidden: Any, turn: Turn) -> Any:
    """Rotary position embedding of (heads, tokens, width of a head)."""
    cosine, sine = turn
    half = hidden.shape[-1] // 2
    swapped = np.concatenate([-hidden[..., half:], hidden[..., :half]], axis=-1)
    return hidden * cosine + swapped * sine


@cache
def rotation(length: int, width: int, theta: float) -> Turn:
    """The rotary position embedding of so many tokens."""
    frequencies = theta ** -(numpy.arange(0, width, 2) / width)
    angles = numpy.outer(numpy.arange(length), numpy.tile(frequencies, 2))
    return numpy.cos(angles).astype(numpy.float32), numpy.sin(angles).astype(numpy.float32)


@cache
def causal_mask(length: int) -> NDArray[numpy.float32]:
    """What is added to the scores (tokens, tokens) so that no token sees a later one."""
    mask: NDArray[numpy.float32] = numpy.triu(
        numpy.full((length, length), MASKED, numpy.float32), k=1
    )
    return mask


def layer_norm(hidden: Any, weights: Weights, name: str, eps: float) -> Any:
    """Each row less its mean, over its standard deviation, scaled and shifted."""
    width = hidden.shape[-1]
    centred = hidden - last_sum(hidden) / width
    variance = last_sum(centred * centred) / width
    return centred / np.sqrt(variance + eps) * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def rms_norm(hidden: Any, weight: NDArray[numpy.float32], eps: float) -> Any:
    """Each row over its root mean square, scaled."""
    square = last_sum(hidden * hidden) / hidden.shape[-1]
    return hidden / np.sqrt(square + eps) * weight


def sigmoid(values: Any) -> Any:
    """1 / (1 + exp(-x)) of each value."""
    return 1 / (1 + np.exp(-values))


def gelu(values: Any) -> Any:
    """The exact GELU, by the error function."""
    return values * 0.5 * (1 + erf(values * 0.5**0.5))


def last_sum(values: Any) -> Any:
    """Sums over the last axis, which stays with length 1."""
    return np.sum(values, axis=-1, keepdims=True)


erf = primitive(special.erf)
"""The error function."""
softmax = primitive(partial(special.softmax, axis=-1))
"""Softmax over the last axis."""
log_softmax = primitive(partial(special.log_softmax, axis=-1))
"""Logarithm of the softmax over the last axis."""
defvjp(
    erf, lambda _, values: lambda gradient: gradient * 2 / math.pi**0.5 * np.exp(-values * values)
)
defvjp(
    softmax,
    lambda shares, _: lambda gradient: shares * (gradient - last_sum(gradient * shares)),
)
defvjp(
    log_softmax,
    lambda logs, _: lambda gradient: gradient - np.exp(logs) * last_sum(gradient),
)
