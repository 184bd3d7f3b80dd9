//! A month of a shop, after forty days: what a till keeps of its own and does for a sale stays as it is.

use subzero_simulator::soak::soak;

/// The last week may differ from the second by no more than this.
const LEAST: f64 = 0.9;
const MOST: f64 = 1.1;

#[test]
fn a_shop_that_has_been_open_for_months_does_no_more_for_a_sale_than_before() {
    let soak = soak();
    println!("{}", soak.to_json());
    assert!(soak.is_whole, "something that was recorded is not everywhere");
    for (name, ratio) in soak.ratios() {
        assert!((LEAST..=MOST).contains(&ratio), "{name} of the last week is {ratio:.3} of the second's");
    }
}
