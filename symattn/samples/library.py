"""Which keys does each query meet in a causal window that never loses sight of the first key?"""

from symattn import enumerate_products, mechanism

spec = (mechanism("window(visible=3)") | mechanism("sink_tokens(1)")) + mechanism("causal")
print(spec)

products = enumerate_products(spec, n=6)
for i in range(6):
    print(f"query {i} meets the keys {', '.join(map(str, products.keys(i)))}")
print(f"{products.count} products")
