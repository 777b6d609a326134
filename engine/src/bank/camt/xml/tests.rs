use super::*;

/// The elements and texts of a document on one line, or why it is refused.
fn told(document: &str) -> String {
    let mut xml = Xml::new(document.as_bytes(), Encoding::Declared);
    let mut told = Vec::new();
    let ended = xml.run(|step| {
        told.push(match step {
            Step::Open(opened) => {
                let foreign = if opened.ours { "" } else { "!" };
                format!("{foreign}{}@{}(", opened.name, opened.line)
            }
            Step::CloseLeaf { text, currency } => format!("{text}{})", currency.unwrap_or_default()),
            Step::Close => ")".to_owned(),
        });
        Ok(Go::On)
    });
    match ended {
        Ok(_) => told.concat(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_text_in_pieces_is_one_text() {
    assert_eq!(
        told("<a><b>J &amp; Z<!-- x --> <![CDATA[<B.V.>]]> &#233;&#xE9;</b>\n<c/></a>\n"),
        "a@1(b@1(J & Z <B.V.> éé)c@2())"
    );
}

#[test]
fn prefixes_do_not_matter_and_foreign_elements_are_marked() {
    assert_eq!(
        told("<p:a xmlns:p='u' xmlns:q='v'><p:b Ccy='EUR'/><q:c/><c xmlns='u'/></p:a>"),
        "a@1(b@1(EUR)!c@1()c@1())"
    );
}

#[test]
fn what_is_no_xml_is_refused() {
    for (wrong, reason) in [
        ("", "no XML document"),
        ("plain", "outside the document"),
        ("<a><b></a>", "expected `</b>`"),
        ("<a><b>", "cut off"),
        ("<a><b", "cut off"),
        ("<a/><a/>", "second document"),
        ("<a/>x", "outside the document"),
        ("<a/>&amp;", "outside the document"),
        ("<a>&x;</a>", "`&x;` is not known"),
        ("<a>&#0;</a>", "is not known"),
        ("<a>&#x1F;</a>", "is not known"),
        ("<a>&</a>", "not closed"),
        ("<!DOCTYPE a><a/>", "document type"),
        (" <?xml version='1.0'?><a/>", "XML declaration"),
        ("<?xml version='1.0'?><?xml version='1.0'?><a/>", "XML declaration"),
        ("<a b='1' b='2'/>", "attribute"),
        ("<a b='<'/>", "`<` in attribute"),
        ("<a b='&x;'/>", "x"),
        ("<1a/>", "no name"),
        ("<a<b/>", "no name"),
        ("<p:a/>", "not declared"),
        ("<a>]]></a>", "]]>"),
        ("<a><!-- -- --></a>", "--"),
    ] {
        let said = told(wrong);
        assert!(said.contains(reason) && said.contains("line 1"), "{wrong}: {said}");
    }
}

#[test]
fn control_characters_are_refused_with_their_line() {
    assert_eq!(
        told("<a>\n\u{1}</a>"),
        "line 2: not well-formed: a character that XML forbids (byte 01); get the file from the bank again"
    );
    assert!(told("<a>\n\u{FFFE}</a>").starts_with("line 2: "));
    assert_eq!(told("<a>\u{FEFF}\u{FFFD}\u{FEFF}</a>"), "a@1(\u{FEFF}\u{FFFD}\u{FEFF})");
    let marks = "\u{FEFF}".repeat(20_000);
    assert_eq!(told(&format!("<a><!-- -->{marks}</a>")), format!("a@1({marks})"));
}

/// The same elements, with a space in every tag, which only quick-xml reads.
#[test]
fn what_is_plainly_written_is_read_as_quick_xml_reads_it() {
    for (plain, odd) in [
        ("<Ntry><Amt>1</Amt></Ntry>", "<Ntry ><Amt >1</Amt ></Ntry >"),
        ("<Ntry><Amt Ccy=\"EUR\">1 ]</Amt>x</Ntry>", "<Ntry ><Amt  Ccy=\"EUR\">1 ]</Amt >x</Ntry >"),
        ("<Ntry>a<Sts/>b<Cd>c</Cd>d</Ntry>", "<Ntry >a<Sts />b<Cd >c</Cd >d</Ntry >"),
        ("<Ntry><Cd>J &amp; Z</Cd></Ntry>", "<Ntry ><Cd >J &amp; Z</Cd ></Ntry >"),
        ("<Ntry>\n <Cd>\n</Cd></Ntry>\n", "<Ntry >\n <Cd >\n</Cd ></Ntry >\n"),
        ("<Ntry><Amt></Ntry>", "<Ntry ><Amt ></Ntry >"),
        ("<Ntry></Amt>", "<Ntry ></Amt >"),
        ("<Ntry></Ntry></Ntry>", "<Ntry ></Ntry ></Ntry >"),
        ("<Ntry></Ntry><Ntry>", "<Ntry ></Ntry ><Ntry >"),
        ("<Ntry><Cd>", "<Ntry ><Cd >"),
        ("<x:Ntry xmlns:x='u'><x:Cd>1</x:Cd></x:Ntry>", "<x:Ntry xmlns:x='u' ><x:Cd >1</x:Cd ></x:Ntry >"),
        ("<Ntry><y>1</y></Ntry>", "<Ntry ><y >1</y ></Ntry >"),
    ] {
        assert_eq!(told(plain), told(odd), "{plain}");
    }
    let deep = |space: &str, depth: usize| {
        format!("<Cd{space}>").repeat(depth) + &format!("</Cd{space}>").repeat(depth)
    };
    for depth in [32, 33] {
        assert_eq!(told(&deep("", depth)), told(&deep(" ", depth)));
    }
}

/// Blocks end in the middle of anything: whatever stands there is read as if they did not.
#[test]
fn what_a_block_cuts_in_two_is_read_whole() {
    for piece in [
        "<b Ccy='>>>>'/>",
        "<!-- > > > > -->",
        "<![CDATA[> <x> >]]>",
        "<?p > > ?>",
        "> > &gt; &#62; >",
        "<b>\n\n</b\n>",
        "\u{FEFF}>\u{FEFF}",
    ] {
        let small = told(&format!("<a>{piece}</a>"));
        for before in 256 * 1024 - 24..256 * 1024 + 2 {
            let filled = told(&format!("<a><!--{}-->{piece}</a>", "x".repeat(before)));
            assert_eq!(filled, small, "{piece} after {before}");
        }
    }
}

#[test]
fn a_line_is_counted_wherever_a_block_ends() {
    let lines = "<b>\n</b>".repeat(100_000);
    let said = told(&format!("<a>{lines}<c/></a>"));
    assert!(said.ends_with("c@100001())"), "{}", &said[said.len() - 20..]);
}

#[test]
fn what_no_statement_needs_is_refused() {
    let deep = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert!(told(&deep(32)).ends_with("))"));
    assert!(told(&deep(33)).contains("nested"));
    let long = |length: usize| format!("<a>{}</a>", "x".repeat(length));
    assert!(told(&long(65_536)).ends_with("x)"));
    assert!(told(&long(65_537)).contains("longer"));
    assert!(told(&long(20_000_000)).contains("longer"));
    assert!(told(&format!("<a>{}</a>", "x>".repeat(40_000))).contains("longer"));
    assert!(told(&format!("<a b='{}'/>", "x".repeat(2_000_000))).contains("longer"));
    assert!(told(&format!("<a b='{}'/>", "x>".repeat(1_000_000))).contains("longer"));
    assert!(told(&format!("<a>x<b c='{}'/></a>", "x".repeat(3_000_000))).contains("longer"));
    assert!(told(&format!("<a><!--{}--></a>", "x>".repeat(1_000_000))).contains("longer"));
    let attributes = (0..65).map(|n| format!(" a{n}='1'")).collect::<Vec<_>>().concat();
    assert!(told(&format!("<a{attributes}/>")).contains("attributes"));
}
