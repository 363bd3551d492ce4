"""缴费 (bill payment): the villager's money is taken for a biller. The station records; it moves no money by itself."""
