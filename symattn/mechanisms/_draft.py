from symattn.core.statement import Mechanism, Statement


def _none(**_):
    raise ValueError


DRAFT = {}
DRAFT["full"] = Mechanism(
    title="Full attention",
    citation="Vaswani et al. 2017, eq. 1",
    statements=(Statement(),),
    oracle=_none,
)
DRAFT["cross"] = Mechanism(
    title="Cross attention: queries from one sequence, keys and values from another",
    citation="Vaswani et al. 2017, section 3.2.3",
    statements=(Statement(),),
    oracle=_none,
)
DRAFT["causal"] = Mechanism(
    title="Causal attention",
    citation="Vaswani et al. 2017, section 3.2.3",
    statements=(Statement(support="j <= i"),),
    oracle=_none,
)
DRAFT["simple"] = Mechanism(
    title="The simplest self-attention: no projections, no scale",
    citation="textbook form; Vaswani et al. 2017 without W and scale",
    statements=(
        Statement(
            support="j <= i",
            content="dot(q[i], k[j])",
            sources={"q": "x", "k": "x", "v": "x"},
            where="x[_]: vector d",
        ),
    ),
    oracle=_none,
)
DRAFT["projected"] = Mechanism(
    title="Self-attention with projections of one sequence",
    citation="Vaswani et al. 2017, section 3.2",
    statements=(
        Statement(
            arguments={"scale": "1"},
            support="j <= i",
            content="dot(q[i], k[j]) * scale",
            query="q[i] @ W_q",
            key="k[j] @ W_k",
            mixed="v[j] @ W_v",
            sources={"q": "x", "k": "x", "v": "x"},
            where="x[_]: vector d_x, W_q: matrix d_x d, W_k: matrix d_x d, W_v: matrix d_x d_v, scale: real",
        ),
    ),
    oracle=_none,
    examples=({}, {"scale": "1 / sqrt(d)"}),
)
DRAFT["padding"] = Mechanism(
    title="Padding mask: only the keys that are kept",
    citation="Vaswani et al. 2017 (practice)",
    statements=(Statement(support="keep[j]", where="keep[_]: boolean"),),
    oracle=_none,
)
DRAFT["window"] = Mechanism(
    title="Sliding window",
    citation="Beltagy et al. 2020 (Longformer), section 3.1; Jiang et al. 2023 (Mistral 7B)",
    statements=(
        Statement(
            arguments={"visible": "visible"},
            support="j <= i and i - j < visible",
            where="visible >= 1",
        ),
        Statement(
            arguments={"lookback": "lookback"},
            support="j <= i and i - j <= lookback",
            where="lookback >= 0",
        ),
        Statement(
            arguments={"left": "left", "right": "right"},
            support="i - j <= left and j - i <= right",
            where="left >= 0, right >= 0",
        ),
    ),
    oracle=_none,
    examples=({"visible": "3"}, {"lookback": "2"}, {"left": "1", "right": "2"}),
)
DRAFT["dilated"] = Mechanism(
    title="Dilated attention: every r-th key",
    citation="Beltagy et al. 2020 (Longformer), section 3.1",
    statements=(
        Statement(
            arguments={"rate": "rate"},
            support="(i - j) % rate == 0",
            where="rate >= 1",
        ),
    ),
    oracle=_none,
    examples=({"rate": "3"},),
)
DRAFT["strided"] = Mechanism(
    title="Strided sparse attention: a local band and every stride-th key",
    citation="Child et al. 2019, section 4.3",
    statements=(
        Statement(
            arguments={"stride": "stride"},
            support="abs(i - j) < stride or (i - j) % stride == 0",
            where="stride >= 1",
        ),
    ),
    oracle=_none,
    examples=({"stride": "3"},),
)
DRAFT["prefix"] = Mechanism(
    title="Prefix attention: the first p keys for everybody, causal after them",
    citation="Raffel et al. 2020 (T5), section 3.2.1",
    statements=(
        Statement(
            arguments={"p": "p"},
            support="j <= i or j < p",
            where="p >= 0",
        ),
    ),
    oracle=_none,
    examples=({"p": "3"},),
)
DRAFT["chunked"] = Mechanism(
    title="Chunked attention: keys of the same chunk",
    citation="Qiu et al. 2020 (Blockwise self-attention)",
    statements=(
        Statement(
            arguments={"chunk": "chunk"},
            support="i // chunk == j // chunk",
            where="chunk >= 1",
        ),
    ),
    oracle=_none,
    examples=({"chunk": "3"},),
)
DRAFT["block_local"] = Mechanism(
    title="Block-local attention: keys of the same and the neighbouring blocks",
    citation="Zaheer et al. 2020 (BigBird), section 2 (blocks)",
    statements=(
        Statement(
            arguments={"block": "block"},
            support="abs(i // block - j // block) <= 1",
            where="block >= 1",
        ),
    ),
    oracle=_none,
    examples=({"block": "2"},),
)
DRAFT["global_window"] = Mechanism(
    title="Window with global tokens",
    citation="Beltagy et al. 2020 (Longformer), section 3.1",
    statements=(
        Statement(
            arguments={"lookback": "lookback", "tokens": "tokens"},
            support="abs(i - j) <= lookback or i < tokens or j < tokens",
            where="lookback >= 0, tokens >= 0",
        ),
    ),
    oracle=_none,
    examples=({"lookback": "1", "tokens": "1"},),
)
DRAFT["packed"] = Mechanism(
    title="Packed documents: keys of the same document",
    citation="Krell et al. 2021 (packing)",
    statements=(Statement(support="doc[i] == doc[j]", where="doc[_]: integer"),),
    oracle=_none,
)
DRAFT["sink_tokens"] = Mechanism(
    title="Attention sinks: the first s keys",
    citation="Xiao et al. 2024 (StreamingLLM)",
    statements=(
        Statement(
            arguments={"tokens": "tokens"},
            support="j < tokens",
            where="tokens >= 0",
        ),
    ),
    oracle=_none,
    examples=({"tokens": "2"},),
)
DRAFT["bias"] = Mechanism(
    title="Additive bias: any term PE(i, j)",
    citation="Raffel et al. 2020, section 2.1 (general form)",
    statements=(Statement(arguments={"b": "PE[i, j]"}, term="b"),),
    oracle=_none,
)
DRAFT["alibi"] = Mechanism(
    title="ALiBi: a linear penalty on the distance",
    citation="Press, Smith and Lewis 2022, section 3",
    statements=(Statement(arguments={"m": "m[h]"}, term="-m * (i - j)"),),
    oracle=_none,
)
DRAFT["t5"] = Mechanism(
    title="T5 relative position buckets",
    citation="Raffel et al. 2020, section 2.1",
    statements=(
        Statement(
            arguments={"buckets": "32", "distance": "128"},
            choice={"direction": "past"},
            term="b[where(max(i - j, 0) < buckets // 2, max(i - j, 0), min(buckets - 1,"
            " buckets // 2 + floor_log(max(i - j, 0) / (buckets // 2), distance / (buckets // 2),"
            " buckets - buckets // 2))), h]",
            where="buckets >= 2, distance >= 2",
        ),
        Statement(
            arguments={"buckets": "32", "distance": "128"},
            choice={"direction": "both"},
            term="b[where(j > i, buckets // 2, 0) + where(abs(i - j) < buckets // 4, abs(i - j),"
            " min(buckets // 2 - 1, buckets // 4 + floor_log(abs(i - j) / (buckets // 4),"
            " distance / (buckets // 4), buckets // 2 - buckets // 4))), h]",
            where="buckets >= 4, distance >= 2",
        ),
    ),
    oracle=_none,
    examples=({}, {"direction": "both"}, {"buckets": "8", "distance": "16"}),
)
DRAFT["kerple"] = Mechanism(
    title="KERPLE: kernelised relative positions",
    citation="Chi et al. 2022 (KERPLE), eq. 6 (log) and eq. 5 (power)",
    statements=(
        Statement(
            arguments={"r1": "r1", "r2": "r2"},
            choice={"variant": "log"},
            term="-r1 * log(1 + r2 * abs(i - j))",
            where="r1: real > 0, r2: real > 0",
        ),
        Statement(
            arguments={"r1": "r1", "r2": "r2"},
            choice={"variant": "power"},
            term="-r1 * abs(i - j) ** r2",
            where="r1: real > 0, r2: real > 0",
        ),
    ),
    oracle=_none,
    examples=({}, {"variant": "power"}),
)
DRAFT["sandwich"] = Mechanism(
    title="Sandwich: the inner product of sinusoidal position encodings",
    citation="Chi et al. 2023 (Sandwich)",
    statements=(
        Statement(
            arguments={"width": "width"},
            term="sum(t, 0, width / 2 - 1, cos((i - j) / 10000 ** (2 * t / width)))",
            where="width >= 2",
        ),
    ),
    oracle=_none,
    examples=({"width": "6"},),
)
DRAFT["fire"] = Mechanism(
    title="FIRE: functional interpolation of relative positions",
    citation="Li et al. 2024 (FIRE), eq. 4",
    statements=(
        Statement(
            arguments={"c": "c", "L": "L"},
            term="f(log(c * abs(i - j) + 1) / log(c * max(L, i) + 1))",
            where="c: real > 0, L >= 1, f: function",
        ),
    ),
    oracle=_none,
)
DRAFT["shaw"] = Mechanism(
    title="Relative position representations with clipping",
    citation="Shaw, Uszkoreit and Vaswani 2018, eq. 3 and 4",
    statements=(
        Statement(
            arguments={"clip": "clip"},
            key="k[j] + a_k[max(-clip, min(clip, j - i))]",
            mixed="v[j] + a_v[max(-clip, min(clip, j - i))]",
            where="clip >= 0, a_k[_]: vector d, a_v[_]: vector d_v",
        ),
    ),
    oracle=_none,
    examples=({"clip": "2"},),
)
DRAFT["transformer_xl"] = Mechanism(
    title="Transformer-XL: content and position, four terms",
    citation="Dai et al. 2019, section 3.3",
    statements=(
        Statement(
            content="(dot(q[i], k[j]) + dot(q[i], r[i - j] @ W_r) + dot(u, k[j]) + dot(w, r[i - j] @ W_r))"
            " / sqrt(d)",
            where="r[_]: vector d_r, W_r: matrix d_r d, u: vector d, w: vector d",
        ),
    ),
    oracle=_none,
)
DRAFT["rope"] = Mechanism(
    title="Rotary position embedding",
    citation="Su et al. 2021 (RoFormer), eq. 34; Chen et al. 2023 (position interpolation)",
    statements=(
        Statement(
            arguments={"base": "10000", "pairing": "half", "width": "d", "scale": "1"},
            query="rope(q[i], i / scale, base=base, pairing=pairing, width=width)",
            key="rope(k[j], j / scale, base=base, pairing=pairing, width=width)",
            where="scale: real > 0, base: real > 0",
        ),
    ),
    oracle=_none,
    examples=({}, {"pairing": "interleaved"}, {"width": "2", "scale": "4"}),
)
DRAFT["softcap"] = Mechanism(
    title="Soft cap on the scores",
    citation="Gemma team 2024 (Gemma 2), section 2",
    statements=(
        Statement(
            arguments={"c": "c"},
            operator="c * tanh(score / c)",
            where="c: real > 0",
        ),
    ),
    oracle=_none,
)
DRAFT["qk_norm"] = Mechanism(
    title="Normalised queries and keys (root mean square, no gain)",
    citation="Henry et al. 2020; Dehghani et al. 2023 (ViT-22B)",
    statements=(Statement(query="norm(q[i])", key="norm(k[j])"),),
    oracle=_none,
)
DRAFT["temperature"] = Mechanism(
    title="Temperature",
    citation="Hinton et al. 2015 (softmax temperature)",
    statements=(
        Statement(
            arguments={"T": "T"},
            operator="score / T",
            where="T: real > 0",
        ),
    ),
    oracle=_none,
)
DRAFT["log_n"] = Mechanism(
    title="Scalable softmax: scores grow with log n",
    citation="Nakanishi 2025 (SSMax); Chiang and Cholak 2022",
    statements=(
        Statement(
            arguments={"s": "s"},
            operator="s * log(n_k) * score",
            where="s: real",
        ),
    ),
    oracle=_none,
)
DRAFT["learned_sink"] = Mechanism(
    title="Softmax with a learned sink logit for every head",
    citation="OpenAI 2025 (gpt-oss model card)",
    statements=(Statement(weights="softmax(sink=sink[h])", where="sink[_]: real"),),
    oracle=_none,
)
DRAFT["softmax1"] = Mechanism(
    title="Softmax with one added to the denominator",
    citation="Miller 2023 (Attention is off by one)",
    statements=(Statement(weights="softmax1"),),
    oracle=_none,
)
DRAFT["multihead"] = Mechanism(
    title="Multi-head attention",
    citation="Vaswani et al. 2017, section 3.2.2",
    statements=(Statement(heads="h"),),
    oracle=_none,
)
DRAFT["mqa"] = Mechanism(
    title="Multi-query attention: one key head for all",
    citation="Shazeer 2019",
    statements=(Statement(heads="0"),),
    oracle=_none,
)
DRAFT["gqa"] = Mechanism(
    title="Grouped-query attention: g key heads, each read by H/g query heads",
    citation="Ainslie et al. 2023",
    statements=(
        Statement(
            arguments={"groups": "groups"},
            heads="h // (H / groups)",
            where="groups >= 1, H % groups == 0",
        ),
    ),
    oracle=_none,
    examples=({"groups": "2"},),
)
DRAFT["mla_expanded"] = Mechanism(
    title="Multi-head latent attention, keys and values expanded",
    citation="DeepSeek-AI 2024 (DeepSeek-V2), section 2.1",
    statements=(
        Statement(
            content="(dot(q[i], c[j] @ W_uk[h]) + dot(rope(q_r[h, i], i, pairing=interleaved, width=d_r),"
            " rope(k_r[j], j, pairing=interleaved, width=d_r))) / sqrt(d + d_r)",
            value="c[j] @ W_uv[h]",
            where="c[_]: vector d_c, q_r[_, _]: vector d_r, k_r[_]: vector d_r, W_uk[_]: matrix d_c d,"
            " W_uv[_]: matrix d_c d_v",
        ),
    ),
    oracle=_none,
)
DRAFT["mla_absorbed"] = Mechanism(
    title="Multi-head latent attention, projections absorbed into query and output",
    citation="DeepSeek-AI 2024 (DeepSeek-V2), section 2.1",
    statements=(
        Statement(
            content="(dot(q[i] @ W_uk[h].T, c[j]) + dot(rope(q_r[h, i], i, pairing=interleaved, width=d_r),"
            " rope(k_r[j], j, pairing=interleaved, width=d_r))) / sqrt(d + d_r)",
            value="c[j]",
            output="o[i] @ W_uv[h]",
            where="c[_]: vector d_c, q_r[_, _]: vector d_r, k_r[_]: vector d_r, W_uk[_]: matrix d_c d,"
            " W_uv[_]: matrix d_c d_v",
        ),
    ),
    oracle=_none,
)
DRAFT["linear"] = Mechanism(
    title="Linear attention with the feature map elu + 1",
    citation="Katharopoulos et al. 2020, eq. 4 and 7",
    statements=(
        Statement(content="dot(q[i], k[j])", query="phi(q[i])", key="phi(k[j])", weights="linear"),
    ),
    oracle=_none,
)
DRAFT["retention"] = Mechanism(
    title="Retention: decayed products without a softmax",
    citation="Sun et al. 2023 (RetNet), eq. 5",
    statements=(
        Statement(
            arguments={"g": "g"},
            support="j <= i",
            content="dot(q[i], k[j]) * g ** (i - j)",
            weights="undivided",
            where="g: real > 0",
        ),
    ),
    oracle=_none,
)
DRAFT["sigmoid"] = Mechanism(
    title="Sigmoid attention",
    citation="Ramapuram et al. 2024, section 2",
    statements=(Statement(arguments={"b": "b"}, term="b", weights="sigmoid", where="b: real"),),
    oracle=_none,
)
DRAFT["differential"] = Mechanism(
    title="Differential attention: the difference of two softmax rows",
    citation="Ye et al. 2024, eq. 1",
    statements=(
        Statement(
            arguments={"lam": "lam"},
            content={
                "1": "dot(q1[i], k1[j]) / sqrt(d)",
                "-lam": "dot(q2[i], k2[j]) / sqrt(d)",
            },
            roles={"q1": "q", "q2": "q", "k1": "k", "k2": "k"},
            where="lam: real, q1[_]: vector d, q2[_]: vector d, k1[_]: vector d, k2[_]: vector d",
        ),
    ),
    oracle=_none,
)
