namespace Pipeline.Delivery.Approvals;

/// <summary>Somebody who may not approve a promotion.</summary>
/// <param name="Person">An e-mail address, or a login that no address is known of.</param>
/// <param name="Role">Of <see cref="Definition.BarredRoles"/>.</param>
/// <param name="Detail">Such as the commit.</param>
public sealed record BarredPerson(string Person, string Role, string Detail)
{
    public override string ToString() => $"{Person} ({Role}: {Detail})";
}
