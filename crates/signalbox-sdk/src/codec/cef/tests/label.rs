//! Custom slots under their labels.

use super::*;

fn labeled(extension: &str) -> Vec<(String, String)> {
    let line = line(extension);
    let labeled = Cef::parse(&line).unwrap().labeled();
    labeled.iter().map(|one| (one.name.to_string(), one.value.text().into_owned())).collect()
}

#[test]
fn a_label_may_precede_follow_or_stand_apart() {
    for extension in [
        "cs1Label=Policy cs1=Default cn2Label=Count cn2=7",
        "cs1=Default cs1Label=Policy cn2=7 cn2Label=Count",
        "cs1=Default cn2=7 src=::1 cs1Label=Policy cn2Label=Count",
        "deviceCustomString1=Default cs1Label=\"Policy\" cn2=7 deviceCustomNumber2Label=Count",
    ] {
        let expected = [("Policy", "Default"), ("Count", "7")];
        assert_eq!(labeled(extension), expected.map(|(a, b)| (a.into(), b.into())), "{extension}");
    }
}

#[test]
fn without_a_label_the_key_is_the_name_and_a_lone_label_has_nothing() {
    let extension =
        "cs1=a cs2Label= cs2=b cs3Label=Alone cs4Label= flexDate1=1 c6a12Label=x c6a12=::1";

    let expected = [("cs1", "a"), ("cs2", "b"), ("Alone", ""), ("flexDate1", "1"), ("x", "::1")];
    assert_eq!(labeled(extension), expected.map(|(a, b)| (a.into(), b.into())));
}

#[test]
fn equal_names_are_numbered_in_the_order_of_the_line() {
    let extension = "cs1=a cs1Label=Policy cs2=b cs2Label=Policy cs1=c";

    let expected = [("Policy", "a"), ("Policy_2", "b"), ("Policy_3", "c")];
    assert_eq!(labeled(extension), expected.map(|(a, b)| (a.into(), b.into())));
}
