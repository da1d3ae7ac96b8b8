"""How changes become visible: stamps, deletes, merges, the recycle bin, late transactions."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote


def window(org, minutes_back=60, minutes_on=10):
    now = datetime.fromisoformat(org.control("clock")["now"])
    start, end = now - timedelta(minutes=minutes_back), now + timedelta(minutes=minutes_on)
    return f"start={quote(start.isoformat())}&end={quote(end.isoformat())}"


def stamp(org, one):
    return org.query(f"SELECT SystemModstamp FROM Contact WHERE Id = '{one}'", "queryAll")["records"][0][
        "SystemModstamp"
    ]


def test_a_bulk_of_writes_shares_one_second(org):
    org.control("clock", {"freeze": "2026-05-01T10:00:00.900Z"})
    records = [{"attributes": {"type": "Contact"}, "LastName": str(number)} for number in range(200)]

    org.ask("POST", "/composite/sobjects", {"records": records})

    told = org.query("SELECT SystemModstamp FROM Contact")["records"]
    assert {row["SystemModstamp"] for row in told} == {"2026-05-01T10:00:00.000+0000"}
    org.control("clock", {"thaw": True})


def test_deleted_rows_are_only_in_query_all_and_their_stamp_moves(org):
    one = org.create("Contact", LastName="Lovelace")
    before = stamp(org, one)
    org.control("clock", {"shift_s": 5})

    org.ask("DELETE", f"/sobjects/Contact/{one}")

    assert org.query("SELECT Id FROM Contact")["totalSize"] == 0
    row = org.query("SELECT Id, IsDeleted, MasterRecordId FROM Contact", "queryAll")["records"][0]
    assert (row["IsDeleted"], row["MasterRecordId"]) == (True, None)
    assert stamp(org, one) > before
    assert [it["id"] for it in org.get(f"/sobjects/Contact/deleted?{window(org)}")["deletedRecords"]] == [one]


def test_an_undeleted_row_comes_back_with_what_went_with_it(org):
    account = org.create("Account", Name="Acme")
    one = org.create("Contact", LastName="Lovelace", AccountId=account)
    org.ask("DELETE", f"/sobjects/Account/{account}")
    gone = org.query("SELECT Id FROM Contact")["totalSize"]

    org.act("undelete", "Account", id=account)

    assert gone == 0
    assert [row["Id"] for row in org.query("SELECT Id FROM Contact")["records"]] == [one]
    assert org.get(f"/sobjects/Account/deleted?{window(org)}")["deletedRecords"] == []


def test_an_account_with_cases_is_not_deleted(org):
    account = org.create("Account", Name="Acme")
    org.create("Case", Subject="Help", AccountId=account)

    status, code, message = org.refused("DELETE", f"/sobjects/Account/{account}")

    assert (status, code) == (400, "DELETE_FAILED")
    assert "associated with the following cases" in message


def test_what_has_no_bin_is_gone_at_once_and_only_the_log_knows(org):
    campaign = org.create("Campaign", Name="Fair")
    contact = org.create("Contact", LastName="Lovelace")
    member = org.create("CampaignMember", CampaignId=campaign, ContactId=contact)

    org.ask("DELETE", f"/sobjects/CampaignMember/{member}")

    assert org.query("SELECT Id FROM CampaignMember", "queryAll")["totalSize"] == 0
    assert [it["id"] for it in org.get(f"/sobjects/CampaignMember/deleted?{window(org)}")["deletedRecords"]] == [member]


def test_the_bin_is_emptied_after_15_days(org):
    one = org.create("Contact", LastName="Lovelace")
    org.ask("DELETE", f"/sobjects/Contact/{one}")

    org.control("clock", {"shift_s": 15 * 86_400 + 60})

    assert org.query("SELECT Id FROM Contact", "queryAll")["totalSize"] == 0
    assert org.refused("GET", f"/sobjects/Contact/{one}")[:2] == (404, "NOT_FOUND")


def test_a_merge_leaves_a_master_and_moves_the_children(org):
    kept, lost = org.create("Contact", LastName="Lovelace"), org.create("Contact", LastName="Lovelace", Phone="1")
    task = org.create("Task", Subject="Call", WhoId=lost)

    org.act("merge", "Contact", id=kept, other=lost)

    row = org.query("SELECT Id, IsDeleted, MasterRecordId FROM Contact WHERE IsDeleted = TRUE", "queryAll")["records"][
        0
    ]
    assert (row["Id"], row["MasterRecordId"]) == (lost, kept)
    assert org.get(f"/sobjects/Task/{task}")["WhoId"] == kept
    assert org.get(f"/sobjects/Contact/{kept}")["Phone"] is None
    assert org.refused("GET", f"/sobjects/Contact/{lost}")[1] == "ENTITY_IS_DELETED"


def test_a_late_transaction_is_stamped_before_it_is_seen_and_holds_the_log_back(org):
    org.create("Contact", LastName="Early")
    org.control("clock", {"shift_s": 60})
    org.act("create", "Contact", properties={"LastName": "Late"}, late_s=300)

    before = org.query("SELECT LastName FROM Contact")["records"]
    told = org.get(f"/sobjects/Contact/updated?{window(org)}")
    org.control("clock", {"shift_s": 301})
    after = org.query("SELECT LastName, SystemModstamp FROM Contact ORDER BY SystemModstamp")["records"]

    assert [row["LastName"] for row in before] == ["Early"]
    assert len(told["ids"]) == 1
    assert [row["LastName"] for row in after] == ["Early", "Late"]
    assert told["latestDateCovered"] <= after[1]["SystemModstamp"]


def test_a_late_update_shows_the_old_values_meanwhile(org):
    one = org.create("Contact", LastName="Lovelace", Title="old")
    org.control("knobs", {"index_lag_s": 30})

    org.ask("PATCH", f"/sobjects/Contact/{one}", {"Title": "new"})
    meanwhile = org.query("SELECT Title FROM Contact")["records"][0]["Title"]
    org.control("clock", {"shift_s": 31})

    assert meanwhile == "old"
    assert org.query("SELECT Title FROM Contact")["records"][0]["Title"] == "new"


def test_a_window_has_to_be_a_minute_long_and_not_too_far_back(org):
    now = datetime.fromisoformat(org.control("clock")["now"]).replace(second=0)

    def ask(start, end, kind="updated"):
        place = f"/sobjects/Contact/{kind}?start={quote(start.isoformat())}&end={quote(end.isoformat())}"
        return org.refused("GET", place)[1]

    assert ask(now, now + timedelta(seconds=30)) == "INVALID_REPLICATION_DATE"
    assert ask(now - timedelta(days=31), now) == "INVALID_REPLICATION_DATE"
    assert ask(now - timedelta(days=16), now, "deleted") == "INVALID_REPLICATION_DATE"


def test_mass_jobs_move_the_stamp_and_not_the_user_s_date(org):
    one = org.create("Contact", LastName="Lovelace")
    modified = org.get(f"/sobjects/Contact/{one}")["LastModifiedDate"]
    org.control("clock", {"shift_s": 10})

    org.act("touch", "Contact")

    told = org.get(f"/sobjects/Contact/{one}")
    assert told["LastModifiedDate"] == modified
    assert told["SystemModstamp"] > modified


def test_a_finished_task_moves_the_last_activity_and_no_stamp(org):
    one = org.create("Contact", LastName="Lovelace")
    before = org.get(f"/sobjects/Contact/{one}")
    org.control("clock", {"shift_s": 10})

    org.create("Task", Subject="Call", WhoId=one, Status="Completed", ActivityDate="2026-05-01")

    after = org.get(f"/sobjects/Contact/{one}")
    assert after["LastActivityDate"] == "2026-05-01"
    assert after["SystemModstamp"] == before["SystemModstamp"]


def test_a_formula_follows_its_parent_without_a_stamp(org):
    account = org.create("Account", Name="Acme")
    one = org.create("Project__c", Name="Bridge", Account__c=account)
    before = org.get(f"/sobjects/Project__c/{one}")["SystemModstamp"]
    org.control("clock", {"shift_s": 10})

    org.ask("PATCH", f"/sobjects/Account/{account}", {"Name": "Apex"})

    told = org.query("SELECT Account_Name__c, SystemModstamp FROM Project__c")["records"][0]
    assert (told["Account_Name__c"], told["SystemModstamp"]) == ("Apex", before)
