//! One scenario, ended at every place where it can end.

use subzero_simulator::crashes;

#[test]
fn the_scenario_survives_a_crash_and_a_loss_of_power_wherever_there_can_be_one() {
    let crashes = crashes::everywhere();
    for what in ["collection", "duplicate", "epoch heal", "fork", "half as much"] {
        assert!(crashes.met.contains_key(what), "the scenario does not go through: {what}; {:?}", crashes.met);
    }
    assert!(crashes.boundaries > 500, "only {} places", crashes.boundaries);
    assert_eq!(crashes.runs, 1 + 2 * crashes.boundaries);
    assert!(crashes.broken.is_empty(), "{}", crashes.broken.join("\n"));
}
