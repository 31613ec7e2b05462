using System.Globalization;
using Pipeline.Delivery.Approvals.Freezes;

namespace Pipeline.Delivery.Definition;

/// <content>The stages of promotion: who must approve, and when nothing is promoted.</content>
public static partial class ModelDefinitionReader
{
    private const string StartForm = "yyyy-MM-dd'T'HH:mm";

    private static IReadOnlyList<PromotionStageSettings> ReadStages(SettingsReader reader)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return reader.Mappings("stages", stage => ReadStage(stage, names));
    }

    private static PromotionStageSettings ReadStage(SettingsReader reader, HashSet<string> names)
    {
        var isFirst = names.Count == 0;
        var name = reader.Text("name");
        if (name.Length > 0 && (!NameForm().IsMatch(name) || name.Length > MaxNameLength))
        {
            reader.Fault("name", $"'{name}' must be at most {MaxNameLength} lower-case letters, digits and dashes, with no dash first or last");
        }
        else if (name.Length > 0 && !names.Add(name))
        {
            reader.Fault("name", $"'{name}' is the name of an earlier stage; each stage has its own");
        }

        var stage = new PromotionStageSettings(name, reader.Boolean("image", PromotionStageSettings.DefaultImage), ReadApprovals(reader))
        {
            Freezes = reader.Mappings("freezes", ReadFreeze, isRequired: false),
        };
        if (isFirst && stage.Approvals is not null)
        {
            reader.Fault("approvals", "is for what an earlier stage runs; put a stage before this one");
        }

        return stage;
    }

    /// <summary>A number of people, or all of the rules.</summary>
    private static ApprovalSettings? ReadApprovals(SettingsReader reader)
    {
        if (reader.IsMapping("approvals"))
        {
            return reader.Mapping("approvals", ReadApprovalRules);
        }

        var people = reader.Integer("approvals", 0, ApprovalSettings.MaxPeople, 0);
        return people == 0 ? null : ApprovalSettings.Of(people);
    }

    private static ApprovalSettings ReadApprovalRules(SettingsReader reader)
    {
        var people = reader.Integer("people", 1, ApprovalSettings.MaxPeople, 1);
        var signers = reader.Text("signers", ApprovalSettings.DefaultSigners);
        if (signers.Contains('/', StringComparison.Ordinal) || signers.Contains('\\', StringComparison.Ordinal) || signers.StartsWith('.'))
        {
            reader.Fault("signers", $"'{signers}' must be the name of a file beside {ModelDefinition.FileName}");
        }

        var barred = reader.Has("barred") && reader.Texts("barred") is var given ? given : BarredRoles.All;
        foreach (var role in barred.Where(role => !BarredRoles.All.Contains(role)))
        {
            reader.Fault("barred", $"'{role}' is not a part that somebody can have in it{NearestName.Hint(role, BarredRoles.All)}");
        }

        return new ApprovalSettings(people, signers, barred, reader.Duration("expires", ApprovalSettings.DefaultExpires), reader.TextsByName("github"));
    }

    private static FreezeSettings ReadFreeze(SettingsReader reader)
    {
        var start = reader.Text("start");
        var isStart = DateTime.TryParseExact(start, StartForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var begins);
        if (!isStart && start.Length > 0)
        {
            reader.Fault("start", $"must be a day and a time such as 2026-10-30T18:00; it is '{start}'");
        }

        var rule = reader.Has("rule") ? reader.Text("rule") : null;
        if (rule is { Length: > 0 } && FreezeCalendar.FaultOf(rule) is { } fault)
        {
            reader.Fault("rule", $"'{rule}' {fault}");
        }

        var zone = reader.Text("timeZone", FreezeSettings.DefaultTimeZone);
        if (zone.Length > 0 && !FreezeCalendar.HasTimeZone(zone))
        {
            reader.Fault("timeZone", $"'{zone}' is not a time zone of the IANA database, such as Europe/Berlin");
        }

        if (!reader.Has("lasts"))
        {
            reader.Fault("lasts", "is missing; add it, such as 62h");
        }

        return new FreezeSettings(reader.Text("name"), begins, reader.Duration("lasts", TimeSpan.FromDays(1)), rule, zone);
    }
}
