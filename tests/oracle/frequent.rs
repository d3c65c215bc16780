//! A segment so large that it has lists of frequent runs, at the bounds that the program has: phrases of any frequency stand in
//! as many passages as reading finds, also when passages are deleted and when all is merged. A turned bit of the lists is told.

use super::*;

/// From so many passages on a segment has such lists.
const N_PASSAGES: usize = 50_000;
/// Phrases of each arrangement.
const N_PHRASES: usize = 500;
/// Of the Chinese characters of a paragraph one in so many is another one.
const REPLACED_ONE_IN: usize = 40;

/// Text like that of the samples: their paragraphs in any order, with some characters replaced.
fn paragraphs(n: usize, random: &mut Random) -> Vec<String> {
    let seeds = seeds();
    let all: Vec<&str> = seeds
        .iter()
        .flat_map(|(_, text)| text.split('\n').map(str::trim))
        .filter(|line| line.chars().count() > 25 && line.ends_with('。'))
        .collect();
    let is_han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let han: Vec<char> = all
        .iter()
        .flat_map(|line| line.chars())
        .filter(is_han)
        .collect();
    let drawn = |random: &mut Random| {
        let line = *random.pick(&all);
        let of_line = |c: char| match is_han(&c) && random.below(REPLACED_ONE_IN) == 0 {
            true => *random.pick(&han),
            false => c,
        };
        line.chars().map(of_line).collect()
    };
    (0..n).map(|_| drawn(random)).collect()
}

/// The passages in which a phrase stands, and its places, by reading those that may have it.
fn read(page: &Page, typed: &str) -> (u64, u64) {
    let phrase = Phrase::new(typed);
    let forms: Vec<String> = phrase
        .forms
        .iter()
        .map(|(form, _)| form.iter().collect())
        .collect();
    let may_have = |held: &&Held| forms.iter().any(|form| held.folded.contains(form));
    let places = page
        .held
        .iter()
        .filter(may_have)
        .map(|held| held.occurrences(&phrase).len() as u64);
    places
        .filter(|n| *n > 0)
        .fold((0, 0), |(passages, places), n| (passages + 1, places + n))
}

/// Asks phrases of every frequency; returns how many stand in more than one in a hundred passages.
fn compare_frequent(name: &str, dir: &Path, page: &Page) -> usize {
    let index = Index::open(dir).expect("the index opens");
    let mut random = Random(seed() ^ name.len() as u64);
    let common = [
        "发展",
        "的",
        "，",
        "。",
        "高质量发展",
        "经济社会发展",
        "建设",
        "推进",
        "人",
        "一",
        "2",
        "20",
        "%",
        "年",
        "专业镇",
        "发展发展",
        "人人",
        "。 ",
        "、",
        "00",
        "x",
        "改革",
        "“",
        "和",
        "全面",
        "的发展",
        "，推",
        "展的",
    ];
    let common = common.iter().map(|typed| (*typed).to_owned());
    let drawn: Vec<String> = (0..N_PHRASES)
        .map(|i| match i % 6 {
            0 => random_original(page, &mut random),
            // Short ones are frequent.
            1 | 2 => random_substring(page, &mut random)
                .chars()
                .take(1 + i % 4)
                .collect(),
            3 => random_absent(page, &mut random),
            _ => random_substring(page, &mut random),
        })
        .collect();
    let phrases: Vec<String> = common.chain(drawn).collect();
    let is_frequent = |typed: &String| {
        let phrase = baogao_engine::exact::Phrase::new(typed, MatchOptions::default())?;
        let options = SearchOptions {
            limit: Some(0),
            tier: Tier::Exact,
            ..SearchOptions::default()
        };
        let answer = index.search(&Query::of(Keyword::Phrase(phrase)), &options);
        let total = answer.expect("it can be read").total;
        assert_eq!(
            (total.passages, total.occurrences),
            read(page, typed),
            "{typed:?} ({name}, SEED={})",
            seed()
        );
        (total.passages as usize > page.held.len() / 100).then_some(())
    };
    let n_frequent =
        |phrases: &[String]| -> usize { phrases.iter().filter_map(is_frequent).count() };
    let (first, second) = phrases.split_at(phrases.len() / 2);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| n_frequent(first));
        n_frequent(second) + first.join().expect("all are equal")
    })
}

/// The largest file of lists of frequent runs.
fn lists(dir: &Path) -> (PathBuf, u64) {
    let files = walkdir::WalkDir::new(dir)
        .into_iter()
        .map(|entry| entry.expect("an entry"));
    let files = files.filter(|entry| entry.path().extension().is_some_and(|kind| kind == "runs"));
    let sizes = files.map(|entry| {
        let n_bytes = entry.metadata().expect("it is there").len();
        (entry.into_path(), n_bytes)
    });
    sizes
        .max_by_key(|(_, n_bytes)| *n_bytes)
        .expect("each segment has one")
}

#[test]
fn frequent_phrases_are_counted_as_reading_counts_them() {
    let mut random = Random(seed());
    let sandbox = Sandbox::new();
    let n_files = 130;
    for at in 0..n_files {
        let title = format!(
            "{}{}年政府工作报告",
            ["汾阳市", "代县", "榆社县", "新绛县", "侯马市"][at % 5],
            1990 + at / 5
        );
        let lines = paragraphs(N_PASSAGES / n_files + 20, &mut random).join("\n\n");
        sandbox.write(&format!("{at:03}.txt"), &format!("{title}\n\n{lines}\n"));
    }
    sandbox.write("nasty.md", NASTY);
    let dir = sandbox.index("frequent");
    let one_thread = |keep_segments| UpdateOptions {
        threads: Some(1),
        ..options(&sandbox, keep_segments)
    };
    run_update(&dir, &one_thread(false));
    assert_eq!(n_segments(&dir), 1);
    let page = read_page(&dir);
    assert!(page.held.len() > N_PASSAGES, "{} passages", page.held.len());
    let (path, n_bytes) = lists(&dir);
    assert!(n_bytes > 1 << 20, "{n_bytes} bytes of lists");
    let n_frequent = compare_frequent("one large segment", &dir, &page);
    assert!(n_frequent > 100, "{n_frequent} phrases are frequent");

    // Passages deleted and added beside it, then all in one.
    for at in [3, 40, 77] {
        fs::remove_file(sandbox.corpus().join(format!("{at:03}.txt"))).expect("it is there");
    }
    let lines = paragraphs(300, &mut random).join("\n\n");
    sandbox.write("050.txt", &format!("代县2019年政府工作报告\n\n{lines}\n"));
    run_update(&dir, &one_thread(true));
    assert!(n_deletions(&dir) > 0, "deleted passages are still there");
    let page = read_page(&dir);
    compare_frequent("deleted passages in a large segment", &dir, &page);

    // A bit of the lists is turned: it is told, and no merge hides it.
    let sound = fs::read(&path).expect("readable");
    let mut turned = sound.clone();
    turned[sound.len() / 2] ^= 4;
    fs::write(&path, &turned).expect("written");
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .expect("a name");
    let output = baogao(&dir, &["check"]);
    assert_eq!(output.status.code(), Some(5));
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(said.iter().any(|said| said.contains(name)), "{said:?}");
    baogao_engine::index::merge(&dir).expect_err("it is not what was written");
    fs::write(&path, &sound).expect("written");
    baogao_engine::index::merge(&dir).expect("it is merged");
    assert_eq!((n_segments(&dir), n_deletions(&dir)), (1, 0));
    compare_frequent("after a merge of a large segment", &dir, &page);
}
