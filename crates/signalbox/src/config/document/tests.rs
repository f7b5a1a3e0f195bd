//! Reading: notation, budgets, files, places.

use std::fs;
use std::process::Command;

use serde_json::json;

use super::*;

/// The mistakes of a document as `line:column message`, before any schema.
fn problems(document: &mut Document) -> Vec<String> {
    let problems = document.take_problems();
    told(&document.report(problems))
}

fn told(diagnostics: &Diagnostics) -> Vec<String> {
    let line = |d: &Diagnostic| format!("{}:{} {}", d.line, d.column, d.message);
    diagnostics.iter().map(line).collect()
}

fn read(text: &str) -> Document {
    Document::of_text("signalbox.yaml", text).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn refused(text: &str) -> Diagnostics {
    Document::of_text("signalbox.yaml", text).err().unwrap()
}

/// A folder with files, by path and text.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn values_are_read_with_their_places() {
    let document = read("a:\n  - x: 1\n    ü: [true, 'two']\nb: !!str 12\nc:\nd: |\n  e\n  f\n");

    assert_eq!(
        document.value_at("").unwrap(),
        json!({ "a": [{ "x": 1, "ü": [true, "two"] }], "b": "12", "c": null, "d": "e\nf\n" })
    );
    let place = |pointer: &str| {
        let d = document.error_at(pointer, "");
        (d.line, d.column)
    };
    assert_eq!(place("/a/0/x"), (2, 8));
    assert_eq!(place("/a/0/ü/1"), (3, 15));
    assert_eq!(place("/b"), (4, 10));
    assert_eq!(place("/a/0/ü"), (3, 5));
    let key = document.error_at_key("/a/0/x", "");
    assert_eq!((key.line, key.column), (2, 5));
}

#[test]
fn a_pointer_that_leads_nowhere_means_the_nearest_value_above() {
    let document = read("a:\n  b:\n    c: 1\nd~/e: 2\n");

    let missing = document.error_at("/a/b/url", "missing");
    let escaped = document.error_at("/d~0~1e", "here");

    assert_eq!((missing.line, missing.column), (2, 3));
    assert_eq!(missing.pointer, "/a/b/url");
    assert_eq!((escaped.line, escaped.column), (4, 7));
    assert_eq!(document.value_at("/a/b/url"), None);
}

#[test]
fn an_empty_file_is_an_empty_configuration() {
    for text in ["", "# nothing yet\n", "---\n", "\u{feff}"] {
        assert_eq!(read(text).value_at(""), Some(json!({})), "{text:?}");
    }
}

#[test]
fn what_leaves_the_rest_readable_is_collected() {
    let text = "\
a: 1
b: 2
a: 3
<<: { x: 1 }
[c]: d
e: !secret f
";
    let mut document = read(text);

    let found = problems(&mut document);

    assert_eq!(
        found,
        [
            "3:1 duplicate key `a`",
            "4:1 `<<` does not merge here; repeat the keys, or use an alias for a whole value",
            "5:1 a key must be a text; quote a value that begins with `{` or `[`",
            "6:12 tag `!secret` has no meaning here; remove it",
        ]
    );
    assert_eq!(document.value_at(""), Some(json!({ "a": 1, "b": 2, "e": "f" })));
}

#[test]
fn a_duplicate_key_names_both_places() {
    let mut document = read("jira:\n  token: a\n  token: hunter2\n");

    let problems = document.take_problems();
    let text = document.report(problems).to_string();

    assert_eq!(
        text,
        "\
error: duplicate key `token`
 --> signalbox.yaml:3:3
  |
3 |   token: ***
  |   ^^^^^
  = help: first set at `signalbox.yaml:2:3`; remove one of the two

1 error
"
    );
}

#[test]
fn what_is_no_yaml_is_told_without_its_values() {
    let text = "integrations:\n  jira:\n    token: \"hunter2\n    url: https://example.org\n";

    let wrong = refused(text).to_string();

    assert_eq!(
        wrong,
        "\
error: a quote above is not closed; close it
 --> signalbox.yaml:4:5
  |
4 |     url: ***:***
  |     ^

1 error
"
    );
}

#[test]
fn a_list_or_a_second_document_is_no_configuration() {
    assert_eq!(
        told(&refused("- a\n")),
        ["1:1 a configuration begins with keys, such as `integrations:`"]
    );
    assert_eq!(
        told(&refused("a: 1\n---\nb: 2\n")),
        ["3:1 a second document begins here; put it in a file of its own and name that under \
          `include`"]
    );
}

#[test]
fn aliases_repeat_whole_values() {
    let document = read("a: &x { b: [1, 2] }\nc: *x\nd: &y text\ne: [*y, *x]\n");

    assert_eq!(document.value_at("/c"), Some(json!({ "b": [1, 2] })));
    assert_eq!(document.value_at("/e"), Some(json!(["text", { "b": [1, 2] }])));
    assert_eq!(
        told(&refused("a: &x [*x]\n")),
        ["1:8 this alias repeats the value it stands in; write the value out"]
    );
}

#[test]
fn a_billion_laughs_end_at_the_budget() {
    let mut text = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..10 {
        let below = level - 1;
        let aliases = vec![format!("*a{below}"); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }

    assert_eq!(
        told(&refused(&text)),
        ["5:45 more than 100000 values, aliases counted in full; shorten it"]
    );
}

#[test]
fn nesting_ends_at_64_levels_with_and_without_aliases() {
    let deep = format!("a: {}{}\n", "[".repeat(63), "]".repeat(63));
    let deeper = format!("a: {}{}\n", "[".repeat(64), "]".repeat(64));
    let aliased = format!(
        "a: &x {}{}\nb: {}*x{}\n",
        "[".repeat(40),
        "]".repeat(40),
        "[".repeat(40),
        "]".repeat(40)
    );

    assert!(Document::of_text("a", &deep).is_ok());
    assert_eq!(told(&refused(&deeper)), ["1:67 more than 64 levels of nesting; flatten it"]);
    assert_eq!(told(&refused(&aliased)), ["2:44 more than 64 levels of nesting; flatten it"]);
}

#[test]
fn thousands_of_brackets_do_not_exhaust_the_stack() {
    for opening in ["[", "{a: ", "- ", "? "] {
        assert!(Document::of_text("a", &opening.repeat(100_000)).is_err(), "{opening}");
    }
}

#[test]
fn an_offset_in_a_text_is_found_in_every_notation() {
    let text = r#"plain: severity = 'highh'
single: 'severity = ''highh'''
double: "severity \u003d \"highh\""
folded: >
  severity
  = 'highh'
literal: |
  severity =

    'highh'
several: severity
  = 'highh'
"#;
    let document = read(text);

    let places = ["plain", "single", "double", "folded", "literal", "several"].map(|key| {
        let value = document.value_at(&format!("/{key}")).unwrap();
        let offset = value.as_str().unwrap().find("highh").unwrap();
        let diagnostic = document.error_inside(&format!("/{key}"), offset, "");
        (diagnostic.line, diagnostic.column)
    });

    assert_eq!(places, [(1, 20), (2, 23), (3, 28), (6, 6), (10, 6), (12, 6)]);
}

#[test]
fn an_offset_at_the_end_is_behind_the_last_character() {
    let document = read("when: severity =\nother: \"a \"\n");

    let end = document.error_inside("/when", 10, "");
    let space = document.error_inside("/when", 8, "");
    let quoted = document.error_inside("/other", 2, "");

    assert_eq!((end.line, end.column), (1, 17));
    assert_eq!((space.line, space.column), (1, 15));
    assert_eq!((quoted.line, quoted.column), (2, 10));
}

#[test]
fn included_files_are_united_key_by_key() {
    let folder = folder(&[
        ("main.yaml", "include: [conf.d/a.yaml, conf.d/b.yaml]\nmap: { x: 1 }\nempty:\n"),
        ("conf.d/a.yaml", "map: { y: 2 }\nempty: { e: 0 }\ninclude: [deep/c.yaml]\n"),
        ("conf.d/b.yaml", "other: [1]\nmap:\n"),
        ("conf.d/deep/c.yaml", "map: { z: 3 }\n"),
    ]);

    let document = Document::load(&folder.path().join("main.yaml")).ok().unwrap();

    assert_eq!(
        document.value_at(""),
        Some(json!({ "map": { "x": 1, "y": 2, "z": 3 }, "empty": { "e": 0 }, "other": [1] }))
    );
    let place = document.error_at("/map/z", "");
    assert_eq!(place.file, folder.path().join("conf.d/deep/c.yaml").display().to_string());
    assert_eq!((place.line, place.column), (1, 11));
}

#[test]
fn what_two_files_set_is_an_error_that_names_both() {
    let folder = folder(&[
        ("main.yaml", "include: [a.yaml]\nmap: { x: 1 }\nlist: [1]\n"),
        ("a.yaml", "map:\n  x: 2\nlist: [2]\n"),
    ]);
    let main = folder.path().join("main.yaml");

    let mut document = Document::load(&main).ok().unwrap();
    let problems = document.take_problems();
    let wrong = document.report(problems);

    assert_eq!(told(&wrong), ["2:3 `x` is set in two files", "3:1 `list` is set in two files"]);
    let helps: Vec<_> = wrong.iter().map(|d| d.help.clone().unwrap()).collect();
    assert_eq!(
        helps,
        [
            format!("first set at `{}:2:8`; remove one of the two", main.display()),
            format!("first set at `{}:3:1`; remove one of the two", main.display()),
        ]
    );
}

#[test]
fn every_unreadable_file_is_told_where_it_is_named() {
    let large = format!("a: {}\n", "x".repeat(1 << 20));
    let folder = folder(&[
        (
            "main.yaml",
            "include:\n  - absent.yaml\n  - large.yaml\n  - broken.yaml\n  - main.yaml\n  - pipe\n",
        ),
        ("large.yaml", &large),
        ("broken.yaml", "a: [1\n"),
    ]);
    let path = |name: &str| folder.path().join(name).display().to_string();
    assert!(Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
    fs::write(folder.path().join("latin.yaml"), b"a: 1\nb: \xe4\n").unwrap();

    let wrong = Document::load(&folder.path().join("main.yaml")).err().unwrap();
    let latin = Document::load(&folder.path().join("latin.yaml")).err().unwrap();

    assert_eq!(
        told(&wrong),
        [
            "1:4 a bracket is not closed, or a comma is missing".to_owned(),
            format!(
                "2:5 configuration file `{}` cannot be read: No such file or directory (os error 2); check the path",
                path("absent.yaml")
            ),
            format!(
                "3:5 file `{}` is larger than 1 MiB; split it with `include`",
                path("large.yaml")
            ),
            format!("5:5 file `{}` is read already; include it once", path("main.yaml")),
            format!("6:5 `{}` is no regular file; name the file itself", path("pipe")),
        ]
    );
    assert_eq!(
        told(&latin),
        [format!("1:1 file `{}` is no UTF-8 in line 2; save it as UTF-8", path("latin.yaml"))]
    );
}

#[test]
fn include_is_a_list_of_paths() {
    let folder = folder(&[("main.yaml", "include: a.yaml\n"), ("other.yaml", "include: [[a]]\n")]);

    for name in ["main.yaml", "other.yaml"] {
        let mut document = Document::load(&folder.path().join(name)).ok().unwrap();

        assert_eq!(
            problems(&mut document),
            ["1:1 expected a list of files under `include`, such as `- conf.d/jira.yaml`"]
        );
    }
}

#[test]
fn what_only_the_types_can_see_is_told_at_its_place() {
    #[derive(Debug, serde::Deserialize)]
    struct Toy {
        #[expect(dead_code, reason = "only its reading matters")]
        routes: Vec<std::net::Ipv4Addr>,
    }
    let document = read("routes:\n  - 127.0.0.1\n  - 127.0.0.256\n");

    let wrong = document.deserialize::<Toy>().unwrap_err();
    let part: Vec<String> = document.deserialize_at("/routes").unwrap();

    assert_eq!((wrong.line, wrong.column, wrong.pointer.as_str()), (3, 5, "/routes/1"));
    assert_eq!(wrong.message, "this value is not accepted: invalid IPv4 address syntax");
    assert_eq!(part, ["127.0.0.1", "127.0.0.256"]);
}
