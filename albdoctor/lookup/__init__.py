"""From what people type (an error, a code, a few words in English or Korean) to the checks that speak of it."""
