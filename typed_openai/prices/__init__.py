"""What answers cost, in US dollars (extra `[prices]`: genai-prices; own prices need none).

    completion.cost()                                    Cost($0.000180 for gpt-4o-mini at openai)
    with usage_scope(budget_usd=0.5) as spent: ...       spent.cost
    Provider(name="own", base_url=..., prices={"llama-3": (0.1, 0.2)})      dollars for a million tokens, in and out

`cost.py` prices one usage, `ledger.py` sums those of a scope, `spent.py` reads what an answer says that it consumed.
genai-prices is loaded when a price is first asked for, and not before.
"""

from typed_openai.prices.cost import Cost, UnknownPriceError, cost_of

__all__ = ["Cost", "UnknownPriceError", "cost_of"]
